<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Tools\Jobs\JobOutcome;
use Espo\ORM\Entity;
use Exception;

/**
 * Work on many records: what goes wrong with one is no matter of the others.
 */
final class RecordByRecord
{
    private int $done = 0;
    private int $failed = 0;
    private bool $isBridgeAway = false;

    public function __construct(private readonly Log $log) {}

    /**
     * What came of all that was attempted so far.
     */
    public function outcome(): JobOutcome
    {
        return new JobOutcome($this->done, $this->failed, $this->isBridgeAway);
    }

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
            $this->done++;
        } catch (BridgeException $error) {
            $this->log->error('KSeF: {entityType} {id}, {code}, request {requestId}.', [
                'entityType' => $entityType,
                'id' => $id,
                'code' => $error->messageCode,
                'requestId' => $error->requestId,
            ]);

            if (!$error instanceof BridgeProblem) {
                $this->isBridgeAway = true;

                return $error;
            }

            $this->failed++;
        } catch (Exception $error) {
            $this->failed++;
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
