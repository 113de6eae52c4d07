<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The certificates that renew another one, and those that miss one that does.
 */
final readonly class CertificateSuccessors
{
    public function __construct(private EntityManager $entityManager) {}

    public function active(Entity $certificate): ?Entity
    {
        return $this->find($certificate, CertificateStatus::ACTIVE);
    }

    public function requested(Entity $certificate): ?Entity
    {
        return $this->find($certificate, CertificateStatus::REQUESTED);
    }

    /**
     * Certificates that ended and that no Active one has taken the place of.
     *
     * @param string $moment As EspoCRM stores moments.
     * @return list<string> The ids of those that ended since then.
     */
    public function missingSince(string $moment): array
    {
        $ended = $this->column('id', [
            'status' => CertificateStatus::ENDED,
            'OR' => [
                ['endedAt>=' => $moment],
                // They ended before this was noted.
                ['endedAt' => null, 'validTo>=' => $moment],
            ],
        ]);

        if (!$ended) {
            return [];
        }

        $succeeded = $this->column('predecessorId', [
            'predecessorId' => $ended,
            'status' => CertificateStatus::ACTIVE,
            // One that has not taken over yet helps nobody.
            'renewalPending' => false,
        ]);

        return array_values(array_diff($ended, $succeeded));
    }

    /**
     * The certificates that have a successor, be it issued or only requested.
     *
     * @return array<string, true> By their ids.
     */
    public function renewed(): array
    {
        $renewed = $this->column('predecessorId', [
            'predecessorId!=' => null,
            'status' => [CertificateStatus::ACTIVE, CertificateStatus::REQUESTED],
        ]);

        return array_fill_keys($renewed, true);
    }

    private function find(Entity $certificate, string $status): ?Entity
    {
        return $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where(['predecessorId' => $certificate->getId(), 'status' => $status])
            ->order('createdAt', 'DESC')
            ->findOne();
    }

    /**
     * @param array<string, mixed> $where
     * @return list<string>
     */
    private function column(string $attribute, array $where): array
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select([[$attribute, 'id']])
            ->from(Certificates::ENTITY_TYPE)
            ->where($where)
            ->build();

        $rows = $this->entityManager->getQueryExecutor()->execute($query)->fetchAll();

        return array_map(strval(...), array_column($rows, 'id'));
    }
}
