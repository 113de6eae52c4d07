<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Profile;

use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The profiles that can log in by certificate, by the subject that they log in as: KSeF keeps
 * certificates by subject, whatever the company logged in to.
 */
final readonly class SubjectProfiles
{
    private const LOGIN = CertificateUse::Authorization->value . 'Id';

    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
    ) {}

    /**
     * Each subject's profiles of one environment, all of which see the same certificates at KSeF.
     *
     * @return list<non-empty-list<Entity>>
     */
    public function bySubject(): array
    {
        $subjects = [];

        foreach ($this->loggingIn() as [$profile, $certificate]) {
            $subjects[$this->subjectIn($certificate, (string) $profile->get('environment'))][] = $profile;
        }

        return array_values($subjects);
    }

    /**
     * The subjects that a profile logs in as.
     *
     * @return array<string, true> By `subjectIn`.
     */
    public function subjects(): array
    {
        $subjects = [];

        foreach ($this->loggingIn() as [$profile, $certificate]) {
            $subjects[$this->subjectIn($certificate, (string) $profile->get('environment'))] = true;
        }

        return $subjects;
    }

    /**
     * What is the same for all certificates of a subject in an environment.
     */
    public function subjectIn(Entity $certificate, string $environment): string
    {
        return serialize([$this->subject($certificate), $environment]);
    }

    /**
     * The profiles that log in as the certificate's subject, where it is used or else where it may serve;
     * those that log in with this very certificate come first.
     *
     * @return list<Entity>
     */
    public function ofSubject(Entity $certificate): array
    {
        $pairs = $this->loggingIn(
            $this->subject($certificate),
            ['environment' => $this->environments($certificate)],
        );

        $others = [];
        $own = [];

        foreach ($pairs as [$profile, $login]) {
            if ($login->getId() === $certificate->getId()) {
                $own[] = $profile;
            } else {
                $others[] = $profile;
            }
        }

        return [...$own, ...$others];
    }

    /**
     * The same profiles, as KSeF lets nobody else revoke the certificate. Those that log in with another one come
     * first: their login outlives this one.
     *
     * @return list<Entity>
     */
    public function thatRevoke(Entity $certificate): array
    {
        $profiles = $this->ofSubject($certificate);
        $isByThisOne = static fn (Entity $profile): bool => $profile->get(self::LOGIN) === $certificate->getId();

        usort(
            $profiles,
            static fn (Entity $one, Entity $other): int => $isByThisOne($one) <=> $isByThisOne($other),
        );

        return $profiles;
    }

    /**
     * Test and Demo have one issuer: the profiles that use a certificate know better.
     *
     * @return list<string>
     */
    private function environments(Entity $certificate): array
    {
        $used = array_map(
            static fn (Entity $profile): string => (string) $profile->get('environment'),
            array_values($this->certificates->profilesOfAnyUse($certificate->getId())),
        );

        return $used ?: $this->certificates->record($certificate)->environments();
    }

    /**
     * @param array<string, mixed> $whoseCertificate Further conditions for the certificate,
     * @param array<string, mixed> $whichProfile and for the profile.
     * @return list<array{Entity, Entity}> Profiles with their certificates.
     */
    private function loggingIn(array $whoseCertificate = [], array $whichProfile = []): array
    {
        $certificates = [];

        $active = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->select(['id', 'identifierType', 'identifierValue'])
            ->where(['status' => CertificateStatus::ACTIVE, 'privateKeySealed!=' => null] + $whoseCertificate)
            ->find();

        foreach ($active as $certificate) {
            $certificates[$certificate->getId()] = $certificate;
        }

        if (!$certificates) {
            return [];
        }

        $profiles = $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where([
                'status' => 'Active',
                'authorizationType' => 'Certificate',
                // An id of digits alone has become a number.
                self::LOGIN => array_map(strval(...), array_keys($certificates)),
            ] + $whichProfile)
            ->order('createdAt')
            ->find();

        return array_map(
            static fn (Entity $profile): array => [$profile, $certificates[$profile->get(self::LOGIN)]],
            array_values(iterator_to_array($profiles)),
        );
    }

    /**
     * Without an identifier nobody else is known to be the same.
     *
     * @return array<string, ?string> By attributes of certificates.
     */
    private function subject(Entity $certificate): array
    {
        return (string) $certificate->get('identifierValue') === ''
            ? ['id' => $certificate->getId()]
            : [
                'identifierType' => $certificate->get('identifierType'),
                'identifierValue' => $certificate->get('identifierValue'),
            ];
    }
}
