<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Closure;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Stored profiles.
 */
final readonly class Profiles
{
    public const ENTITY_TYPE = 'KsefProfile';

    /** What a profile logs in with, by its authorization type. */
    private const CREDENTIALS = ['Token' => 'tokenSealed', 'Certificate' => CertificateUse::Authorization->value . 'Id'];

    /** What names the context at KSeF, once each. */
    public const CONTEXT_ATTRIBUTES = ['nip', 'internalId', 'environment'];

    /** The last login that was to be signed elsewhere. */
    public const SIGNING_REQUEST_ID = 'signingRequestId';

    /** Serial numbers of certificates made elsewhere of which the administrators were told. */
    public const ANNOUNCED = 'announcedSerialNumbers';

    public function __construct(private EntityManager $entityManager) {}

    public static function logsInByCertificate(Entity $profile): bool
    {
        return $profile->get('authorizationType') === 'Certificate';
    }

    /**
     * Whether and with what a profile logs in. What else it holds makes no difference to its connection.
     *
     * @param Closure(string): mixed $read Gives an attribute.
     * @return list<mixed>
     */
    public static function login(Closure $read): array
    {
        $type = (string) $read('authorizationType');
        $credential = self::CREDENTIALS[$type] ?? null;

        return [$read('status'), $type, $credential === null ? null : $read($credential)];
    }

    public static function hasCredential(Entity $profile): bool
    {
        return (bool) self::login($profile->get(...))[2];
    }

    /**
     * Another profile that is not deleted and has the same context.
     */
    public function anotherOfSameContext(Entity $profile): ?Entity
    {
        return $this->entityManager
            ->getRDBRepository(self::ENTITY_TYPE)
            ->where([
                'nip' => $profile->get('nip'),
                'internalId' => (string) $profile->get('internalId'),
                'environment' => $profile->get('environment'),
                'id!=' => $profile->hasId() ? $profile->getId() : '',
            ])
            ->findOne();
    }

    /**
     * Whether the administrators were told, for any profile, that a certificate with this serial number was made
     * elsewhere.
     */
    public function isSerialNumberAnnounced(string $serialNumber): bool
    {
        return (bool) $this->entityManager
            ->getRDBRepository(self::ENTITY_TYPE)
            ->select(['id'])
            ->where([self::ANNOUNCED . '*' => '%"' . $serialNumber . '"%'])
            ->findOne();
    }
}
