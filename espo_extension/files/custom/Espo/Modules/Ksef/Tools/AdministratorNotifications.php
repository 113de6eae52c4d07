<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Entities\Notification;
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
        private Profiles $profiles,
    ) {}

    /**
     * A profile can no longer connect.
     *
     * @param ?Message $reason Why.
     */
    public function connectionLost(Entity $profile, ?Message $reason): void
    {
        $messages = [new Message('connection-lost', ['profile' => $this->profiles->link($profile)])];

        if ($reason) {
            $messages[] = $reason;
        }

        $this->tell(new News($messages, LinkParent::create(Profiles::ENTITY_TYPE, $profile->getId())));
    }

    public function tell(News $news): void
    {
        foreach ($this->administrators->all() as $user) {
            $notification = $this->entityManager->getRDBRepositoryByClass(Notification::class)->getNew();

            $notification
                ->setType(Notification::TYPE_MESSAGE)
                ->setMessage($this->administrators->wording($user)->ofAll($news->messages))
                ->setUserId($user->getId())
                ->setRelated($news->about);

            $this->entityManager->saveEntity($notification);
        }
    }
}
