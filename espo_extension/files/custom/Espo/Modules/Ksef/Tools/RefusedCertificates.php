<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Modules\Ksef\Credentials\CertificateRefusal;
use Espo\Modules\Ksef\Credentials\CertificateUse;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Certificates whose end is found out at their use.
 */
final readonly class RefusedCertificates implements RefusedUses
{
    private const BY_CERTIFICATE = 'Certificate';

    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
        private EndedCertificates $ended,
    ) {}

    public function endBy(string $profileId, string $code, array $params): bool
    {
        $use = CertificateRefusal::use($code);
        $certificate = $use ? $this->certificate($profileId, $use) : null;

        if (!$certificate) {
            return false;
        }

        $status = CertificateRefusal::status(
            $code,
            $params,
            (string) $certificate->get('kind'),
            self::moment($certificate->get('validFrom')),
            self::moment($certificate->get('validTo')),
            new DateTimeImmutable(),
        );

        if ($status === null) {
            return false;
        }

        $this->ended->end($certificate, $status);

        return true;
    }

    private function certificate(string $profileId, CertificateUse $use): ?Entity
    {
        $profile = $this->entityManager->getEntityById(Profiles::ENTITY_TYPE, $profileId);

        if (
            !$profile
            || $use === CertificateUse::Authorization && $profile->get('authorizationType') !== self::BY_CERTIFICATE
        ) {
            return null;
        }

        return $this->certificates->linked($profile, $use);
    }

    private static function moment(?string $value): ?DateTimeImmutable
    {
        return $value ? new DateTimeImmutable($value, new DateTimeZone('UTC')) : null;
    }
}
