<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Connection\ConnectionResults;
use Espo\Modules\Ksef\Tools\Notice\Announcements;
use Espo\Modules\Ksef\Tools\Notice\CertificateNews;
use Espo\Modules\Ksef\Tools\Notice\News;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
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
        private Records $records,
        private Certificates $certificates,
        private Announcements $announcements,
        private CertificateNews $news,
    ) {}

    public function run(Entity $successor, Entity $predecessor): void
    {
        $this->announcements->ofChange(
            Certificates::ENTITY_TYPE,
            $successor->getId(),
            fn (Entity $locked): ?News => $this->write($locked, $predecessor->getId()),
            [
                [Certificates::ENTITY_TYPE, ['id' => $predecessor->getId()]],
                [Profiles::ENTITY_TYPE, ['OR' => $this->linksTo($predecessor->getId())]],
            ],
        );
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

        $this->records->save($successor);
        $this->records->save($predecessor);

        return $this->news->renewed($predecessor, $successor, $profiles);
    }

    private function relink(Entity $profile, string $fromId, string $toId): void
    {
        foreach (CertificateUse::cases() as $use) {
            if ($profile->get($use->idAttribute()) === $fromId) {
                $profile->set($use->idAttribute(), $toId);
            }
        }

        // The successor was proved: who was connected stays so.
        $stays = $profile->get('connectionStatus') === self::CONNECTED;
        $this->records->save($profile, [ConnectionResults::STAYS => $stays]);
    }

    /**
     * @return list<array<string, string>>
     */
    private function linksTo(string $certificateId): array
    {
        return array_map(
            static fn (CertificateUse $use): array => [$use->idAttribute() => $certificateId],
            CertificateUse::cases(),
        );
    }
}
