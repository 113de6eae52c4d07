<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Select\SelectBuilderFactory;
use Espo\ORM\EntityManager;

/**
 * How many profiles and certificates there are of each kind that matters; a filter of the same name lists
 * them.
 */
final readonly class Overview
{
    private const FILTERS = [
        Profiles::ENTITY_TYPE => ['connected', 'failed', 'notTested'],
        Certificates::ENTITY_TYPE => ['endingSoon', 'endedInUse'],
    ];

    public function __construct(
        private EntityManager $entityManager,
        private SelectBuilderFactory $selectBuilderFactory,
    ) {}

    /**
     * @return array<string, array<string, int>> Numbers by entity type and filter.
     */
    public function counts(): array
    {
        $counts = [];

        foreach (self::FILTERS as $entityType => $filters) {
            foreach ($filters as $filter) {
                $counts[$entityType][$filter] = $this->count($entityType, $filter);
            }
        }

        return $counts;
    }

    private function count(string $entityType, string $filter): int
    {
        $query = $this->selectBuilderFactory
            ->create()
            ->from($entityType)
            ->withPrimaryFilter($filter)
            ->build();

        return $this->entityManager->getRDBRepository($entityType)->clone($query)->count();
    }
}
