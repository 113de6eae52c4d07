<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Jobs;

use DateTimeImmutable;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;

/**
 * Whether EspoCRM's cron runs, told from jobs of which some are due every two minutes.
 */
final class Cron
{
    /** A job with many records to ask KSeF for keeps the others waiting. */
    private const PATIENCE = '-30 minutes';

    /**
     * @param list<JobRun> $jobs
     */
    public static function isRunning(array $jobs, DateTimeImmutable $now): bool
    {
        $signs = array_map(
            static fn (JobRun $job): string => max((string) $job->lastAt, (string) $job->waitsSince),
            array_filter($jobs, static fn (JobRun $job): bool => $job->isActive),
        );

        return $signs && max($signs) >= StoredMoment::of($now, self::PATIENCE);
    }
}
