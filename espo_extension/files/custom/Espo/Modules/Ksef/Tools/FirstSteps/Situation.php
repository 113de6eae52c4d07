<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\FirstSteps;

use Espo\Core\Mail\EmailSender;
use Espo\Entities\Notification;
use Espo\Entities\User;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * What EspoCRM knows of how far its setting up has come: two queries.
 */
final readonly class Situation
{
    /** Those that connected come first, then those that failed: their names sort so. */
    private const ORDER = [['connectionStatus', 'ASC'], ['createdAt', 'DESC']];
    private const PROFILES = 100;

    public function __construct(
        private EntityManager $entityManager,
        private EmailSender $sender,
    ) {}

    public function furthestProfile(): ?ProfileProgress
    {
        $profiles = $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->select([
                'id',
                'name',
                'environment',
                'status',
                'authorizationType',
                'tokenSealed',
                'authorizationCertificateId',
                'offlineCertificateId',
                'connectionStatus',
                'connectionCode',
                'connectionParams',
            ])
            ->where(['status' => 'Active'])
            ->order(self::ORDER)
            ->limit(0, self::PROFILES)
            ->find();

        return ProfileProgress::furthest(array_map($this->progress(...), [...$profiles]));
    }

    public function noticesOf(User $user): NoticeReach
    {
        $unread = $this->entityManager
            ->getRDBRepositoryByClass(Notification::class)
            ->where([
                'userId' => $user->getId(),
                'read' => false,
                'type' => Notification::TYPE_MESSAGE,
                'relatedType' => [Profiles::ENTITY_TYPE, Certificates::ENTITY_TYPE],
            ])
            ->count();

        return new NoticeReach($unread, $this->sender->hasSystemSmtp(), (bool) $user->getEmailAddress());
    }

    private function progress(Entity $profile): ProfileProgress
    {
        return new ProfileProgress(
            $profile->getId(),
            (string) $profile->get('name'),
            (string) $profile->get('environment'),
            Profiles::hasCredential($profile),
            (bool) $profile->get('offlineCertificateId'),
            (string) $profile->get('connectionStatus'),
            $profile->get('connectionCode'),
            $profile->get('connectionParams'),
        );
    }
}
