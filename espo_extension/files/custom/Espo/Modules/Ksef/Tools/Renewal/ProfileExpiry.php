<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use DateTimeImmutable;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\Validity\DaysLeft;
use Espo\Modules\Ksef\Credentials\Validity\RenewalProspect;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Tools\Profile\SubjectProfiles;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * How long the certificates of profiles are valid and whether they renew themselves, for the profiles of one list:
 * what it takes is read once, however many there are.
 */
final class ProfileExpiry
{
    /** @var ?array<string, Entity> */
    private ?array $certificates = null;
    /** @var ?array<string, true> */
    private ?array $renewed = null;
    /** @var ?array<string, true> */
    private ?array $subjects = null;

    public function __construct(
        private readonly EntityManager $entityManager,
        private readonly SubjectProfiles $subjectProfiles,
        private readonly CertificateSuccessors $successors,
    ) {}

    /**
     * @return list<array<string, mixed>> For each certificate that the profile needs: the `field` it is linked in,
     *   the attributes that tell of its end, and while it is Active, `renewal`, a RenewalProspect, with its `date`.
     */
    public function of(Entity $profile): array
    {
        $expiry = [];

        foreach (CertificateUse::cases() as $use) {
            $isNeeded = $use === CertificateUse::Offline || Profiles::logsInByCertificate($profile);
            $certificate = $isNeeded ? $this->certificate($profile->get($use->idAttribute())) : null;
            $end = StoredMoment::read($certificate?->get('validTo'));

            if ($certificate && $end) {
                $expiry[] = [
                    'field' => $use->value,
                    'status' => $certificate->get('status'),
                    'validTo' => $certificate->get('validTo'),
                    'endedAt' => $certificate->get('endedAt'),
                    'daysLeft' => DaysLeft::until($end, new DateTimeImmutable()),
                    ...$this->renewal($certificate, $profile, $end),
                ];
            }
        }

        return $expiry;
    }

    /**
     * @return array{renewal?: string, date?: string}
     */
    private function renewal(Entity $certificate, Entity $profile, DateTimeImmutable $end): array
    {
        if (!Certificates::isActive($certificate)) {
            return [];
        }

        $prospect = RenewalProspect::of(
            $certificate->get('kind') === CertificateRecord::OF_KSEF,
            (bool) $certificate->get('autoRenew'),
            (string) $certificate->get('renewalCode') !== '',
            fn (): bool => $this->isBeingRenewed($certificate),
            fn (): bool => $this->hasLogin($certificate, (string) $profile->get('environment')),
        );

        return ['renewal' => $prospect->value, 'date' => RenewalOutlook::dateOf($end)];
    }

    private function certificate(?string $id): ?Entity
    {
        return $id ? ($this->certificates ??= $this->linked())[$id] ?? null : null;
    }

    private function isBeingRenewed(Entity $certificate): bool
    {
        $this->renewed ??= $this->successors->renewed();

        return isset($this->renewed[$certificate->getId()]);
    }

    private function hasLogin(Entity $certificate, string $environment): bool
    {
        $this->subjects ??= $this->subjectProfiles->subjects();

        return isset($this->subjects[$this->subjectProfiles->subjectIn($certificate, $environment)]);
    }

    /**
     * @return array<string, Entity> All certificates that profiles link, by id.
     */
    private function linked(): array
    {
        $ids = [];

        foreach (CertificateUse::cases() as $use) {
            $query = $this->entityManager
                ->getQueryBuilder()
                ->select([[$use->idAttribute(), 'id']])
                ->distinct()
                ->from(Profiles::ENTITY_TYPE)
                ->where([$use->idAttribute() . '!=' => null])
                ->build();

            $rows = $this->entityManager->getQueryExecutor()->execute($query)->fetchAll();
            $ids = [...$ids, ...array_map(strval(...), array_column($rows, 'id'))];
        }

        if (!$ids) {
            return [];
        }

        $certificates = [];

        $found = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->select([
                ...['id', 'status', 'validTo', 'endedAt', 'kind', 'autoRenew', 'renewalCode'],
                ...['identifierType', 'identifierValue'],
            ])
            ->where(['id' => $ids])
            ->find();

        foreach ($found as $certificate) {
            $certificates[$certificate->getId()] = $certificate;
        }

        return $certificates;
    }
}
