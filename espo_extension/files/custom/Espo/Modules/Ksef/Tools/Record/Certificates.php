<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;
use PDO;

/**
 * Stored certificates and the profiles that use them.
 */
final readonly class Certificates
{
    public const ENTITY_TYPE = 'KsefCertificate';

    /** The login, signed elsewhere, by which a certificate was requested. */
    public const SIGNING_REQUEST_ID = 'signingRequestId';

    public function __construct(private EntityManager $entityManager) {}

    public static function isRequested(Entity $certificate): bool
    {
        return $certificate->get('status') === CertificateStatus::REQUESTED;
    }

    public static function isActive(Entity $certificate): bool
    {
        return $certificate->get('status') === CertificateStatus::ACTIVE;
    }

    /**
     * What stands in a certificate, written into its record; the caller saves.
     */
    public static function setFacts(Entity $certificate, CertificateFacts $facts, string $pem): void
    {
        $certificate->set([...self::attributes($facts), 'certificatePem' => $pem]);
    }

    /**
     * The facts by the names of a certificate's attributes.
     *
     * @return array<string, ?string>
     */
    public static function attributes(CertificateFacts $facts): array
    {
        return [
            'type' => (string) $facts->type,
            'kind' => $facts->kind,
            'environment' => (string) $facts->environment,
            'serialNumber' => $facts->serialNumber,
            'subjectName' => $facts->subjectName,
            'issuerName' => $facts->issuerName,
            'identifierType' => $facts->identifierType,
            'identifierValue' => $facts->identifierValue,
            'keyAlgorithm' => $facts->keyAlgorithm,
            'fingerprint' => $facts->fingerprint,
            'validFrom' => StoredMoment::of($facts->validFrom),
            'validTo' => StoredMoment::of($facts->validTo),
        ];
    }

    /**
     * What is linked in one of a profile's two fields.
     */
    public function linked(Entity $profile, CertificateUse $use): ?Entity
    {
        $id = $profile->get($use->idAttribute());

        return $id ? $this->entityManager->getEntityById(self::ENTITY_TYPE, $id) : null;
    }

    /**
     * What a profile cannot do without in one of its two fields: what is linked there, save where another way of
     * logging in is chosen.
     */
    public function needed(Entity $profile, CertificateUse $use): ?Entity
    {
        return $use === CertificateUse::Offline || Profiles::logsInByCertificate($profile)
            ? $this->linked($profile, $use)
            : null;
    }

    public function find(string $id): ?CertificateRecord
    {
        $certificate = $this->entityManager->getEntityById(self::ENTITY_TYPE, $id);

        return $certificate ? $this->record($certificate) : null;
    }

    public function record(Entity $certificate): CertificateRecord
    {
        return new CertificateRecord(
            Records::link($certificate),
            (string) $certificate->get('status'),
            (string) $certificate->get('type'),
            (string) $certificate->get('kind'),
            (string) $certificate->get('environment'),
            StoredMoment::read($certificate->get('validTo')),
            (string) $certificate->get('privateKeySealed') !== '',
            (string) $certificate->get('identifierType'),
            (string) $certificate->get('identifierValue'),
            StoredMoment::read($certificate->get('validFrom')),
        );
    }

    /**
     * The certificates that wait to be issued.
     *
     * @return list<Entity>
     */
    public function requested(?string $profileId = null): array
    {
        $certificates = $this->entityManager
            ->getRDBRepository(self::ENTITY_TYPE)
            ->where([
                'status' => CertificateStatus::REQUESTED,
                ...($profileId === null ? [] : ['requestedByProfileId' => $profileId]),
            ])
            ->order('createdAt')
            ->find();

        return array_values(iterator_to_array($certificates));
    }

    /**
     * The certificates that were requested by a login that was signed elsewhere, whatever became of them.
     *
     * @return list<Entity>
     */
    public function requestedBy(string $signingRequestId): array
    {
        $certificates = $this->entityManager
            ->getRDBRepository(self::ENTITY_TYPE)
            ->where([self::SIGNING_REQUEST_ID => $signingRequestId])
            ->order('createdAt')
            ->find();

        return array_values(iterator_to_array($certificates));
    }

    /**
     * Those of the serial numbers that records have.
     *
     * @param list<string> $serialNumbers
     * @return array<string, true>
     */
    public function serialNumbersAmong(array $serialNumbers): array
    {
        if (!$serialNumbers) {
            return [];
        }

        $query = $this->entityManager
            ->getQueryBuilder()
            ->select(['serialNumber'])
            ->from(self::ENTITY_TYPE)
            ->where(['serialNumber' => $serialNumbers])
            ->build();

        $rows = $this->entityManager->getQueryExecutor()->execute($query)->fetchAll(PDO::FETCH_COLUMN);

        return array_fill_keys($rows, true);
    }

    /**
     * Whether a record has this serial number, or had it before another certificate was uploaded to it, or
     * before it was deleted.
     */
    public function isSerialNumberKnown(string $serialNumber): bool
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select(['id'])
            ->from(self::ENTITY_TYPE)
            ->where([
                'OR' => [
                    ['serialNumber' => $serialNumber],
                    ['formerSerialNumbers*' => '%"' . $serialNumber . '"%'],
                ],
            ])
            ->withDeleted()
            ->limit(0, 1)
            ->build();

        return $this->entityManager->getQueryExecutor()->execute($query)->fetch() !== false;
    }

    /**
     * The certificate that is not deleted and has this fingerprint.
     */
    public function ofFingerprint(string $fingerprint): ?Entity
    {
        return $this->entityManager
            ->getRDBRepository(self::ENTITY_TYPE)
            ->where(['fingerprint' => $fingerprint])
            ->findOne();
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
            ->where([$use->idAttribute() => $certificateId])
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

    /**
     * The profiles that cannot do without the certificate: those in which it is linked, save where another
     * way of logging in is chosen.
     *
     * @return array<string, Entity> By their ids.
     */
    public function profilesThatNeed(string $certificateId): array
    {
        return array_filter(
            $this->profilesOfAnyUse($certificateId),
            static fn (Entity $profile): bool =>
                $profile->get(CertificateUse::Offline->idAttribute()) === $certificateId
                || Profiles::logsInByCertificate($profile),
        );
    }
}
