<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\ORM\EntityManager;

/**
 * Certificates that ended and that no Active one has taken the place of.
 */
final readonly class CertificatesWithoutSuccessor
{
    public function __construct(private EntityManager $entityManager) {}

    /**
     * @param string $moment As EspoCRM stores moments.
     * @return list<string> The ids of those that ended since then.
     */
    public function since(string $moment): array
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
            'status' => Certificates::ACTIVE,
            // One that has not taken over yet helps nobody.
            'renewalPending' => false,
        ]);

        return array_values(array_diff($ended, $succeeded));
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
