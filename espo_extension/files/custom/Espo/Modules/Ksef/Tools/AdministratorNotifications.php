<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Core\Utils\Config;
use Espo\Core\Utils\Language\LanguageFactory;
use Espo\Entities\Notification;
use Espo\Entities\Preferences;
use Espo\Entities\User;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Tells every active administrator, each in his language.
 */
final readonly class AdministratorNotifications
{
    private const FALLBACK_LANGUAGE = 'en_US';

    public function __construct(
        private EntityManager $entityManager,
        private LanguageFactory $languages,
        private Config $config,
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

        $this->tell($messages, LinkParent::create(Profiles::ENTITY_TYPE, $profile->getId()));
    }

    /**
     * @param list<Message> $messages
     */
    private function tell(array $messages, LinkParent $about): void
    {
        foreach ($this->administrators() as $user) {
            $texts = new LanguageTexts($this->languages->create($this->languageOf($user)));

            $notification = $this->entityManager->getRDBRepositoryByClass(Notification::class)->getNew();

            $notification
                ->setType(Notification::TYPE_MESSAGE)
                ->setMessage((new Wording($texts))->ofAll($messages))
                ->setUserId($user->getId())
                ->setRelated($about);

            $this->entityManager->saveEntity($notification);
        }
    }

    /**
     * @return iterable<User>
     */
    private function administrators(): iterable
    {
        return $this->entityManager
            ->getRDBRepositoryByClass(User::class)
            ->where(['isActive' => true, 'type' => [User::TYPE_ADMIN, User::TYPE_SUPER_ADMIN]])
            ->find();
    }

    private function languageOf(User $user): string
    {
        $preferences = $this->entityManager->getRepositoryByClass(Preferences::class)->getById($user->getId());

        return $preferences?->get('language') ?: $this->config->get('language') ?: self::FALLBACK_LANGUAGE;
    }
}
