<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Tools\Jobs\Cron;
use Espo\Modules\Ksef\Tools\Jobs\JobOutcome;
use Espo\Modules\Ksef\Tools\Jobs\JobRun;
use PHPUnit\Framework\TestCase;

/**
 * Whether EspoCRM's cron runs, and what a run leaves of itself.
 */
final class JobsTest extends TestCase
{
    private const NOW = '2026-11-29 12:00:00';

    /**
     * @dataProvider signs
     * @param list<JobRun> $jobs
     */
    public function testCron(array $jobs, bool $isRunning): void
    {
        $now = new DateTimeImmutable(self::NOW, new DateTimeZone('UTC'));

        self::assertSame($isRunning, Cron::isRunning($jobs, $now));
    }

    public static function signs(): iterable
    {
        $longAgo = '2026-01-01 00:00:00';
        $daily = new JobRun('Daily', true, $longAgo, '2026-11-29 05:40:00', false);
        $often = static fn (?string $lastAt, bool $isActive = true): JobRun =>
            new JobRun('Often', $isActive, $longAgo, $lastAt, false);

        yield 'a minute ago' => [[$daily, $often('2026-11-29 11:59:00')], true];
        yield 'half an hour ago' => [[$daily, $often('2026-11-29 11:30:00')], true];
        yield 'longer' => [[$daily, $often('2026-11-29 11:29:59')], false];
        yield 'never' => [[$often(null)], false];
        yield 'never, just installed' => [[new JobRun('Often', true, '2026-11-29 11:50:00', null)], true];
        yield 'switched off a minute ago' => [[$daily, $often('2026-11-29 11:59:00', false)], false];
        yield 'no job' => [[], false];
    }

    public function testWhatARunDidStandsBesideWhatElseIsKeptOfIt(): void
    {
        $outcome = new JobOutcome(5, 2, true);
        $kept = json_decode(json_encode($outcome->write((object) ['other' => 1])));

        self::assertSame(1, $kept->other);
        self::assertEquals($outcome, JobOutcome::read($kept));
    }

    public function testARunThatLeftNothingHasNoOutcome(): void
    {
        self::assertNull(JobOutcome::read(new stdClass()));
        self::assertNull(JobOutcome::read((object) ['ksefOutcome' => 'x']));
    }
}
