<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Entities\Notification;
use Espo\Entities\User;
use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Tells every active administrator in EspoCRM, each in his language.
 */
final readonly class AdministratorNotifications
{
    public function __construct(
        private EntityManager $entityManager,
        private Administrators $administrators,
    ) {}

    /**
     * The bridge is away, so that no connection can be checked; told again once it was read.
     *
     * @param Entity $profile At whose check that was found.
     */
    public function bridgeAway(Entity $profile, Message $reason): void
    {
        $about = LinkParent::create(Profiles::ENTITY_TYPE, $profile->getId());

        $this->tell(new News([new Message('connections-not-checked'), $reason], $about), onlyOnceUnread: true);
    }

    public function tell(News $news, bool $onlyOnceUnread = false): void
    {
        foreach ($this->administrators->all() as $user) {
            $text = $this->administrators->wording($user)->ofAll($news->messages);

            if ($onlyOnceUnread && $this->isUnread($user, $text)) {
                continue;
            }

            $notification = $this->entityManager->getRDBRepositoryByClass(Notification::class)->getNew();

            $notification
                ->setType(Notification::TYPE_MESSAGE)
                ->setMessage($text)
                ->setUserId($user->getId())
                ->setRelated($news->about);

            $this->entityManager->saveEntity($notification);
        }
    }

    private function isUnread(User $user, string $text): bool
    {
        return (bool) $this->entityManager
            ->getRDBRepositoryByClass(Notification::class)
            ->where(['userId' => $user->getId(), 'read' => false, 'message' => $text])
            ->findOne();
    }
}
