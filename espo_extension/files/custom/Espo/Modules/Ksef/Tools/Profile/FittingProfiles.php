<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Profile;

use DateTimeImmutable;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The profiles that a certificate can be linked to and is not.
 */
final readonly class FittingProfiles
{
    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
    ) {}

    /**
     * Those of the certificate's own company first.
     *
     * @return list<array{Entity, CertificateUse}> Each profile with the field that takes it.
     */
    public function of(Entity $certificate): array
    {
        $fitting = [];

        foreach ($this->entityManager->getRDBRepository(Profiles::ENTITY_TYPE)->find() as $profile) {
            foreach (CertificateUse::cases() as $use) {
                if ($this->fits($certificate, $profile, $use)) {
                    $fitting[] = [$profile, $use];
                }
            }
        }

        $owner = $certificate->get('identifierValue');

        usort(
            $fitting,
            static fn (array $one, array $other): int =>
                [$one[0]->get('nip') !== $owner, $one[0]->get('name')]
                <=> [$other[0]->get('nip') !== $owner, $other[0]->get('name')],
        );

        return $fitting;
    }

    private function fits(Entity $certificate, Entity $profile, CertificateUse $use): bool
    {
        if ($profile->get($use->idAttribute()) === $certificate->getId()) {
            return false;
        }

        // A profile that logs in by token would not use it.
        if ($use === CertificateUse::Authorization && !Profiles::logsInByCertificate($profile)) {
            return false;
        }

        $record = $this->certificates->record($certificate);

        return $use->refusal($record, (string) $profile->get('environment'), new DateTimeImmutable()) === null;
    }
}
