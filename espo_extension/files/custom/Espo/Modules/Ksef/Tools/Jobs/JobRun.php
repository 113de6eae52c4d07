<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Jobs;

/**
 * One of the extension's jobs, and its last run.
 */
final readonly class JobRun
{
    /**
     * @param bool $isActive Whether EspoCRM's cron is to run it.
     * @param ?string $waitsSince When EspoCRM came to know it, as EspoCRM stores moments.
     * @param ?string $lastAt When its last run that ended began; null when none did, or none is remembered.
     * @param ?bool $isFailed Whether that run broke off with an error; null when only its time is remembered.
     */
    public function __construct(
        public string $name,
        public bool $isActive,
        public ?string $waitsSince,
        public ?string $lastAt,
        public ?bool $isFailed = null,
        public ?JobOutcome $outcome = null,
    ) {}
}
