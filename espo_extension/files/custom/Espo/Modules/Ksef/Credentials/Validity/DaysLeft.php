<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Validity;

use DateTimeImmutable;

/**
 * How many whole days are left, counted as the bridge does: any part of a day that is over counts against.
 */
final class DaysLeft
{
    private const SECONDS_PER_DAY = 86400;

    public static function until(DateTimeImmutable $end, DateTimeImmutable $now): int
    {
        return (int) floor(($end->getTimestamp() - $now->getTimestamp()) / self::SECONDS_PER_DAY);
    }
}
