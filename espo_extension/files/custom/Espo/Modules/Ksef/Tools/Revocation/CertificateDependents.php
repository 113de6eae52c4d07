<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Revocation;

use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Profile\SubjectProfiles;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\ORM\Entity;

/**
 * What would no longer work without a certificate.
 */
final readonly class CertificateDependents
{
    public function __construct(
        private Certificates $certificates,
        private SubjectProfiles $subjects,
    ) {}

    /**
     * The profiles that use it, each with the fields in which it is linked.
     *
     * @return list<array{Entity, list<CertificateUse>}>
     */
    public function profiles(Entity $certificate): array
    {
        $linked = [];

        foreach ($this->certificates->profilesThatNeed($certificate->getId()) as $profile) {
            $linked[] = [$profile, array_values(array_filter(
                CertificateUse::cases(),
                static fn (CertificateUse $use): bool => $profile->get($use->idAttribute()) === $certificate->getId(),
            ))];
        }

        return $linked;
    }

    /**
     * The requests that wait for KSeF and are asked for with a login by this certificate.
     *
     * @return list<Entity>
     */
    public function requests(Entity $certificate): array
    {
        $requests = [];

        foreach ($this->certificates->profilesThatNeed($certificate->getId()) as $profile) {
            if ($profile->get(CertificateUse::Authorization->idAttribute()) === $certificate->getId()) {
                $requests = [...$requests, ...$this->certificates->requested($profile->getId())];
            }
        }

        return $requests;
    }

    /**
     * The profiles that log in as the same subject with another certificate, and go on doing so.
     *
     * @return list<Entity>
     */
    public function remainingLogins(Entity $certificate): array
    {
        return array_values(array_filter(
            $this->subjects->thatRevoke($certificate),
            static fn (Entity $profile): bool =>
                $profile->get(CertificateUse::Authorization->idAttribute()) !== $certificate->getId(),
        ));
    }
}
