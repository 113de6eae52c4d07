<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\ORM\Entity;
use Exception;

/**
 * Work on many records: what goes wrong with one is no matter of the others.
 */
final readonly class RecordByRecord
{
    public function __construct(private Log $log) {}

    /**
     * @param iterable<Entity> $records
     * @param callable(Entity): mixed $work
     * @return ?BridgeException Set when the bridge itself is away: the records that follow are left for another time.
     */
    public function each(iterable $records, callable $work): ?BridgeException
    {
        foreach ($records as $record) {
            $away = $this->attempt($record->getEntityType(), $record->getId(), static fn (): mixed => $work($record));

            if ($away) {
                return $away;
            }
        }

        return null;
    }

    /**
     * @param string $entityType Of the record, for the log.
     * @param callable(): mixed $work
     * @return ?BridgeException Set when the bridge itself is away: other records would fare no better.
     */
    public function attempt(string $entityType, string $id, callable $work): ?BridgeException
    {
        try {
            $work();
        } catch (BridgeException $error) {
            $this->log->error('KSeF: {entityType} {id}, {code}, request {requestId}.', [
                'entityType' => $entityType,
                'id' => $id,
                'code' => $error->messageCode,
                'requestId' => $error->requestId,
            ]);

            return $error instanceof BridgeProblem ? null : $error;
        } catch (Exception $error) {
            $this->log->error('KSeF: {entityType} {id}, {type} at {file}({line}).', [
                'entityType' => $entityType,
                'id' => $id,
                'type' => $error::class,
                'file' => $error->getFile(),
                'line' => $error->getLine(),
            ]);
        }

        return null;
    }
}
