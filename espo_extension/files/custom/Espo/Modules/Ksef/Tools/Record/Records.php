<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Closure;
use Espo\Core\ORM\Repository\Option\SaveOption;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Records as jobs and answers of the bridge change them: in the hands of one request or job at a time, whoever
 * comes later waits and then sees what the first has stored; and not as if somebody had modified them by hand.
 */
final readonly class Records
{
    public function __construct(private EntityManager $entityManager) {}

    public static function link(Entity $record): RecordLink
    {
        return new RecordLink($record->getEntityType(), $record->getId(), (string) $record->get('name'));
    }

    /**
     * @param iterable<Entity> $records
     * @return list<RecordLink>
     */
    public static function links(iterable $records): array
    {
        return array_map(self::link(...), array_values([...$records]));
    }

    /**
     * Do the work in one transaction, which is undone when it throws.
     *
     * @template T
     * @param Closure(Entity): T $work
     * @param list<array{string, array<string, mixed>}> $others Entity types and conditions of records that are
     *   in the same hands meanwhile.
     * @return ?T Null, too, when the record is gone.
     */
    public function locked(string $entityType, string $id, Closure $work, array $others = []): mixed
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
     * Who modified it last stays.
     *
     * @param array<string, mixed> $options Further options of EspoCRM's save.
     */
    public function save(Entity $record, array $options = []): void
    {
        $this->entityManager->saveEntity($record, [SaveOption::SKIP_MODIFIED_BY => true] + $options);
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
