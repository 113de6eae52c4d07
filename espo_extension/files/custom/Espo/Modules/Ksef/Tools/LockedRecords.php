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
     * @return ?T Null, too, when the record is gone.
     */
    public function with(string $entityType, string $id, Closure $work): mixed
    {
        return $this->entityManager->getTransactionManager()->run(function () use ($entityType, $id, $work): mixed {
            $this->lock($entityType, $id);

            // Read after the lock: what others have stored meanwhile is seen.
            $record = $this->entityManager->getRDBRepository($entityType)->getById($id);

            return $record ? $work($record) : null;
        });
    }

    /**
     * By a query of its own: EspoCRM reads a record together with those that it links, and all of them
     * would be locked.
     */
    private function lock(string $entityType, string $id): void
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select(['id'])
            ->from($entityType)
            ->where(['id' => $id])
            ->forUpdate()
            ->build();

        $this->entityManager->getQueryExecutor()->execute($query);
    }
}
