<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Which certificates are to be renewed now, and which of those that were requested for it wait to take over.
 */
final readonly class RenewableCertificates
{
    /** A little less than a day, so that a daily attempt does not wander through the day. */
    private const HOURS_BETWEEN_ATTEMPTS = 23;
    private const TYPES = ['Authentication', 'Offline'];

    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
        private CertificateSuccessors $successors,
    ) {}

    /**
     * Certificates in use that end within 30 days, have no successor, and were not tried today.
     *
     * @return list<Entity>
     */
    public function due(): array
    {
        $certificates = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where([
                'status' => CertificateStatus::ACTIVE,
                'autoRenew' => true,
                'kind' => CertificateRecord::OF_KSEF,
                'type' => self::TYPES,
                'validTo>' => DateTime::getSystemNowString(),
                'validTo<=' => StoredMoment::fromNow('+' . RenewalOutlook::DAYS_BEFORE_END . ' days'),
                $this->isNotTriedToday(),
            ])
            ->order('validTo')
            ->find();

        return array_values(array_filter(
            iterator_to_array($certificates),
            fn (Entity $certificate): bool =>
                $this->successors->active($certificate) === null
                && $this->successors->requested($certificate) === null
                && $this->certificates->profilesThatNeed($certificate->getId()) !== [],
        ));
    }

    /**
     * Certificates that were requested to renew others and have not taken over yet.
     *
     * @return list<Entity>
     */
    public function pending(): array
    {
        $certificates = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where([
                'renewalPending' => true,
                'status' => [CertificateStatus::ACTIVE, CertificateStatus::REQUESTED, CertificateStatus::INACTIVE],
            ])
            ->order('createdAt')
            ->find();

        return array_values(iterator_to_array($certificates));
    }

    /**
     * @return array<string, mixed>
     */
    private function isNotTriedToday(): array
    {
        return [
            'OR' => [
                ['renewalAttemptedAt' => null],
                ['renewalAttemptedAt<=' => StoredMoment::fromNow('-' . self::HOURS_BETWEEN_ATTEMPTS . ' hours')],
            ],
        ];
    }
}
