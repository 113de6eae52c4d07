<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Credentials\CertificateUse;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The profiles that log in as the subject of a certificate: KSeF lets nobody else revoke it.
 */
final readonly class RevokingProfiles
{
    private const PRODUCTION = 'Production';
    private const DEMO = 'Demo';

    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
    ) {}

    /**
     * Those that log in with another certificate come first: their login outlives this one.
     *
     * @return list<Entity>
     */
    public function of(Entity $certificate): array
    {
        $own = [];
        $others = [];

        foreach ($this->candidates($certificate) as $profile) {
            if ($profile->get(CertificateUse::Authorization->value . 'Id') === $certificate->getId()) {
                $own[] = $profile;
            } else {
                $others[] = $profile;
            }
        }

        return [...$others, ...$own];
    }

    /**
     * @return iterable<Entity>
     */
    private function candidates(Entity $certificate): iterable
    {
        $logins = $this->logins($certificate);
        $environments = $this->environments($certificate);

        if (!$logins) {
            return [];
        }

        return $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where([
                'status' => 'Active',
                'authorizationType' => 'Certificate',
                CertificateUse::Authorization->value . 'Id' => $logins,
            ] + ($environments ? ['environment' => $environments] : []))
            ->order('createdAt')
            ->find();
    }

    /**
     * The certificates that can log in and carry the same identifier.
     *
     * @return list<string>
     */
    private function logins(Entity $certificate): array
    {
        $value = (string) $certificate->get('identifierValue');

        $certificates = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->select(['id'])
            ->where([
                'status' => Certificates::ACTIVE,
                'privateKeySealed!=' => null,
            ] + ($value === ''
                ? ['id' => $certificate->getId()]
                : ['identifierType' => $certificate->get('identifierType'), 'identifierValue' => $value]))
            ->find();

        $ids = [];

        foreach ($certificates as $each) {
            $ids[] = $each->getId();
        }

        return $ids;
    }

    /**
     * Where the issuer does not tell, the profiles that use it do. Who issues Demo's certificates is
     * documented nowhere: KSeF itself says whether it knows the certificate.
     *
     * @return list<string> Empty: any.
     */
    private function environments(Entity $certificate): array
    {
        $environment = (string) $certificate->get('environment');

        if ($environment !== '') {
            return $environment === self::PRODUCTION ? [self::PRODUCTION, self::DEMO] : [$environment];
        }

        return array_values(array_unique(array_map(
            static fn (Entity $profile): string => (string) $profile->get('environment'),
            array_values($this->certificates->profilesOfAnyUse($certificate->getId())),
        )));
    }
}
