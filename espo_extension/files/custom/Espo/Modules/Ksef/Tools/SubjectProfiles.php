<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Credentials\CertificateEnvironments;
use Espo\Modules\Ksef\Credentials\CertificateUse;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The profiles that can log in by certificate, by the subject that they log in as: KSeF keeps
 * certificates by subject, whatever the company logged in to.
 */
final readonly class SubjectProfiles
{
    public function __construct(private EntityManager $entityManager) {}

    /**
     * Each subject's profiles of one environment, all of which see the same certificates at KSeF.
     *
     * @return list<non-empty-list<Entity>>
     */
    public function bySubject(): array
    {
        $subjects = [];

        foreach ($this->loggingIn() as [$profile, $certificate]) {
            $subjects[$this->subject($certificate, (string) $profile->get('environment'))][] = $profile;
        }

        return array_values($subjects);
    }

    /**
     * The profiles that log in as the certificate's subject, where it is used or else where it may serve;
     * those that log in with this very certificate come first.
     *
     * @return list<Entity>
     */
    public function ofSubject(Entity $certificate): array
    {
        $environments = $this->environments($certificate);
        $own = [];
        $others = [];

        foreach ($this->loggingIn() as [$profile, $login]) {
            $environment = (string) $profile->get('environment');

            if (
                !in_array($environment, $environments, true)
                || $this->subject($login, $environment) !== $this->subject($certificate, $environment)
            ) {
                continue;
            }

            if ($login->getId() === $certificate->getId()) {
                $own[] = $profile;
            } else {
                $others[] = $profile;
            }
        }

        return [...$own, ...$others];
    }

    /**
     * Test and Demo have one issuer: the profiles that use a certificate know better.
     *
     * @return list<string>
     */
    private function environments(Entity $certificate): array
    {
        $using = $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where([
                'OR' => array_map(
                    static fn (CertificateUse $use): array => [$use->value . 'Id' => $certificate->getId()],
                    CertificateUse::cases(),
                ),
            ])
            ->find();

        $used = [];

        foreach ($using as $profile) {
            $used[] = (string) $profile->get('environment');
        }

        return $used ?: CertificateEnvironments::of(
            (string) $certificate->get('kind'),
            (string) $certificate->get('environment'),
        );
    }

    /**
     * @return list<array{Entity, Entity}> Profiles with their certificates.
     */
    private function loggingIn(): array
    {
        $field = CertificateUse::Authorization->value . 'Id';

        $profiles = $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where(['status' => 'Active', 'authorizationType' => 'Certificate', "$field!=" => null])
            ->order('createdAt')
            ->find();

        $active = $this->activeCertificates();
        $pairs = [];

        foreach ($profiles as $profile) {
            if (isset($active[$profile->get($field)])) {
                $pairs[] = [$profile, $active[$profile->get($field)]];
            }
        }

        return $pairs;
    }

    /**
     * @return array<string, Entity> By their ids.
     */
    private function activeCertificates(): array
    {
        $certificates = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->select(['id', 'identifierType', 'identifierValue', 'environment'])
            ->where(['status' => Certificates::ACTIVE, 'privateKeySealed!=' => null])
            ->find();

        $byId = [];

        foreach ($certificates as $certificate) {
            $byId[$certificate->getId()] = $certificate;
        }

        return $byId;
    }

    private function subject(Entity $certificate, string $environment): string
    {
        $value = (string) $certificate->get('identifierValue');

        // Without an identifier nobody else is known to be the same.
        return serialize($value === ''
            ? [$certificate->getId(), $environment]
            : [$certificate->get('identifierType'), $value, $environment]);
    }
}
