<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Validity\DaysLeft;
use PHPUnit\Framework\TestCase;

/**
 * Days are counted as the bridge counts them.
 */
final class DaysLeftTest extends TestCase
{
    /**
     * @dataProvider moments
     */
    public function testUntil(string $end, int $days): void
    {
        $now = new DateTimeImmutable('2026-11-25T12:00:00Z');

        self::assertSame($days, DaysLeft::until(new DateTimeImmutable($end), $now));
    }

    public static function moments(): iterable
    {
        yield ['2026-11-26T12:00:00Z', 1];
        yield ['2026-11-26T11:59:59Z', 0];
        yield ['2026-11-25T12:00:00Z', 0];
        yield ['2026-11-25T11:59:59Z', -1];
        yield ['2028-11-25T13:00:00+01:00', 731];
    }
}
