<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Modules\Ksef\Credentials\CertificateRecord;
use Espo\Modules\Ksef\Credentials\CertificateUse;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Stored certificates and the profiles that use them.
 */
final readonly class Certificates
{
    public const ENTITY_TYPE = 'KsefCertificate';

    public function __construct(private EntityManager $entityManager) {}

    public function link(Entity $certificate): RecordLink
    {
        return new RecordLink(self::ENTITY_TYPE, $certificate->getId(), (string) $certificate->get('name'));
    }

    public function find(string $id): ?CertificateRecord
    {
        $certificate = $this->entityManager->getEntityById(self::ENTITY_TYPE, $id);

        return $certificate ? $this->record($certificate) : null;
    }

    public function record(Entity $certificate): CertificateRecord
    {
        return new CertificateRecord(
            $this->link($certificate),
            (string) $certificate->get('status'),
            (string) $certificate->get('type'),
            (string) $certificate->get('kind'),
            (string) $certificate->get('environment'),
            self::moment($certificate->get('validTo')),
            (string) $certificate->get('privateKeySealed') !== '',
        );
    }

    /**
     * Another certificate that is not deleted and has this fingerprint.
     */
    public function another(string $fingerprint, Entity $than): ?Entity
    {
        return $this->entityManager
            ->getRDBRepository(self::ENTITY_TYPE)
            ->where(['fingerprint' => $fingerprint, 'id!=' => $than->hasId() ? $than->getId() : ''])
            ->findOne();
    }

    /**
     * The profiles in one of whose fields the certificate is linked.
     *
     * @return list<Entity>
     */
    public function profiles(string $certificateId, CertificateUse $use): array
    {
        $profiles = $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where([$use->value . 'Id' => $certificateId])
            ->order('name')
            ->find();

        return array_values(iterator_to_array($profiles));
    }

    /**
     * All profiles in which the certificate is linked, each once.
     *
     * @return array<string, Entity> By their ids.
     */
    public function profilesOfAnyUse(string $certificateId): array
    {
        $profiles = [];

        foreach (CertificateUse::cases() as $use) {
            foreach ($this->profiles($certificateId, $use) as $profile) {
                $profiles[$profile->getId()] = $profile;
            }
        }

        return $profiles;
    }

    private static function moment(?string $value): ?DateTimeImmutable
    {
        return $value ? new DateTimeImmutable($value, new DateTimeZone('UTC')) : null;
    }
}
