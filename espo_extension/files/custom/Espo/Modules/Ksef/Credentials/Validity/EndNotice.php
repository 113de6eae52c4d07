<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Validity;

/**
 * How long before an end it is announced.
 */
final class EndNotice
{
    public const FIRST = 60;

    /** Days, the last notice first. */
    private const DAYS = [1, 7, 14, 30, self::FIRST];

    /**
     * The notice that is due: the latest one whose time has come. Those before it, which nobody was told
     * because the job did not run, are passed over.
     *
     * @param int $daysLeft Whole days; negative once it is over.
     * @param ?int $noticed The notice that was given last.
     * @return ?int The days before the end at which it was to be given; null when there is nothing to tell.
     */
    public static function due(int $daysLeft, ?int $noticed): ?int
    {
        if ($daysLeft < 0) {
            return null;
        }

        if ($noticed !== null && $noticed < $daysLeft) {
            // That was another end, which was put off.
            $noticed = null;
        }

        foreach (self::DAYS as $days) {
            if ($daysLeft <= $days) {
                return $noticed === null || $days < $noticed ? $days : null;
            }
        }

        return null;
    }
}
