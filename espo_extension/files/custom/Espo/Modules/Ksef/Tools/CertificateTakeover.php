<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\ORM\Repository\Option\SaveOption;
use Espo\Modules\Ksef\Credentials\CertificateUse;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The profiles that use a certificate use its successor from one moment on, all of them, and the
 * administrators are told; or nothing happens.
 */
final readonly class CertificateTakeover
{
    private const CONNECTED = 'Connected';

    public function __construct(
        private EntityManager $entityManager,
        private LockedRecords $records,
        private Certificates $certificates,
        private RenewalNews $news,
        private AdministratorNotifications $notifications,
        private AdministratorEmails $emails,
    ) {}

    public function run(Entity $successor, Entity $predecessor): void
    {
        $news = $this->records->with(
            Certificates::ENTITY_TYPE,
            $successor->getId(),
            fn (Entity $locked): ?News => $this->write($locked, $predecessor->getId()),
            [
                [Certificates::ENTITY_TYPE, ['id' => $predecessor->getId()]],
                [Profiles::ENTITY_TYPE, ['OR' => $this->linksTo($predecessor->getId())]],
            ],
        );

        if ($news) {
            $this->emails->send($news);
        }
    }

    private function write(Entity $successor, string $predecessorId): ?News
    {
        $predecessor = $this->entityManager->getEntityById(Certificates::ENTITY_TYPE, $predecessorId);

        if (!$predecessor || !$successor->get('renewalPending') || !Certificates::isActive($successor)) {
            // Another run was faster, or an administrator decided otherwise.
            return null;
        }

        $profiles = $this->certificates->profilesOfAnyUse($predecessorId);

        foreach ($profiles as $profile) {
            $this->relink($profile, $predecessorId, $successor->getId());
        }

        $successor->set('renewalPending', false);
        $predecessor->set([
            'renewalCode' => null,
            'renewalParams' => null,
            'renewalAttemptedAt' => null,
            'renewalToldCodes' => null,
        ]);

        foreach ([$successor, $predecessor] as $certificate) {
            $this->entityManager->saveEntity($certificate, [SaveOption::SKIP_MODIFIED_BY => true]);
        }

        $news = $this->news->renewed($predecessor, $successor, $profiles);
        $this->notifications->tell($news);

        return $news;
    }

    private function relink(Entity $profile, string $fromId, string $toId): void
    {
        foreach (CertificateUse::cases() as $use) {
            if ($profile->get($use->value . 'Id') === $fromId) {
                $profile->set($use->value . 'Id', $toId);
            }
        }

        $this->entityManager->saveEntity($profile, [
            SaveOption::SKIP_MODIFIED_BY => true,
            // The successor was proved: who was connected stays so.
            ConnectionResults::STAYS => $profile->get('connectionStatus') === self::CONNECTED,
        ]);
    }

    /**
     * @return list<array<string, string>>
     */
    private function linksTo(string $certificateId): array
    {
        return array_map(
            static fn (CertificateUse $use): array => [$use->value . 'Id' => $certificateId],
            CertificateUse::cases(),
        );
    }
}
