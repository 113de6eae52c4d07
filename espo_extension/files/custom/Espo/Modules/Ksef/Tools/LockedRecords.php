<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Closure;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Records in the hands of one request or job at a time; whoever comes later waits, and then sees what
 * the first has stored.
 */
final readonly class LockedRecords
{
    public function __construct(private EntityManager $entityManager) {}

    /**
     * Do the work in one transaction, which is undone when it throws.
     *
     * @template T
     * @param Closure(Entity): T $work
     * @param list<array{string, array<string, mixed>}> $others Entity types and conditions of records that are
     *   in the same hands meanwhile.
     * @return ?T Null, too, when the record is gone.
     */
    public function with(string $entityType, string $id, Closure $work, array $others = []): mixed
    {
        $locked = [[$entityType, ['id' => $id]], ...$others];

        return $this->entityManager->getTransactionManager()->run(function () use ($locked, $entityType, $id, $work) {
            foreach ($locked as [$type, $where]) {
                $this->lock($type, $where);
            }

            // Read after the lock: what others have stored meanwhile is seen.
            $record = $this->entityManager->getRDBRepository($entityType)->getById($id);

            return $record ? $work($record) : null;
        });
    }

    /**
     * By a query of its own: EspoCRM reads a record together with those that it links, and all of them
     * would be locked.
     *
     * @param array<string, mixed> $where
     */
    private function lock(string $entityType, array $where): void
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select(['id'])
            ->from($entityType)
            ->where($where)
            ->forUpdate()
            ->build();

        $this->entityManager->getQueryExecutor()->execute($query);
    }
}
