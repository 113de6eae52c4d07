<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge;

use Espo\Core\Select\SelectBuilderFactory;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;
use Espo\ORM\Repository\RDBSelectBuilder;

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

    /**
     * When the profiles that are counted as connected were checked: the first and the last of those moments.
     *
     * @return ?array{string, string} As EspoCRM stores moments; null without such profiles.
     */
    public function connectedCheckedAt(): ?array
    {
        $moments = array_map(
            fn (string $order): ?string => $this->filtered(Profiles::ENTITY_TYPE, 'connected')
                ->order('connectionCheckedAt', $order)
                ->findOne()
                ?->get('connectionCheckedAt'),
            ['ASC', 'DESC'],
        );

        return isset($moments[0], $moments[1]) ? $moments : null;
    }

    private function count(string $entityType, string $filter): int
    {
        return $this->filtered($entityType, $filter)->count();
    }

    /**
     * @return RDBSelectBuilder<Entity>
     */
    private function filtered(string $entityType, string $filter): RDBSelectBuilder
    {
        $query = $this->selectBuilderFactory
            ->create()
            ->from($entityType)
            ->withPrimaryFilter($filter)
            ->build();

        return $this->entityManager->getRDBRepository($entityType)->clone($query);
    }
}
