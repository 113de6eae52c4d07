<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Profile;

use DateTimeImmutable;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The certificates that a profile can use in place of what is linked there: those of the same subject or of the
 * profile's own company. That others' may fit, only people know.
 */
final readonly class FittingCertificates
{
    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
    ) {}

    /**
     * What the profile needs and has ended, with what fits.
     *
     * @return array<string, list<Entity>> By the fields; those that are in order are not there.
     */
    public function inPlaceOfEnded(Entity $profile): array
    {
        $fitting = [];

        foreach (CertificateUse::cases() as $use) {
            $needed = $this->certificates->needed($profile, $use);

            if ($needed && CertificateStatus::isEnded((string) $needed->get('status'))) {
                $fitting[$use->value] = $this->of($profile, $use);
            }
        }

        return $fitting;
    }

    /**
     * @return list<Entity> Whatever way of logging in is chosen; the one that is valid longest comes first.
     */
    public function of(Entity $profile, CertificateUse $use): array
    {
        // What is linked and not used may serve as well.
        $needed = $this->certificates->needed($profile, $use);
        $environment = (string) $profile->get('environment');
        $now = new DateTimeImmutable();

        $certificates = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where([
                'status' => CertificateStatus::ACTIVE,
                'identifierValue' => $this->subjects($profile, $this->certificates->linked($profile, $use)),
                'id!=' => $needed ? $needed->getId() : '',
            ])
            ->order('validTo', 'DESC')
            ->find();

        return array_values(array_filter(
            iterator_to_array($certificates),
            fn (Entity $certificate): bool =>
                $use->refusal($this->certificates->record($certificate), $environment, $now) === null,
        ));
    }

    /**
     * @return non-empty-list<string> Their NIP or PESEL.
     */
    private function subjects(Entity $profile, ?Entity $linked): array
    {
        return array_values(array_unique(array_filter([
            (string) $profile->get('nip'),
            (string) $linked?->get('identifierValue'),
        ])));
    }
}
