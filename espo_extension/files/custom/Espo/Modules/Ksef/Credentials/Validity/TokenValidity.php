<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Validity;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Modules\Ksef\Bridge\BridgeInformation;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Messages\Message;

/**
 * Until when KSeF tokens may be used, in the words with which the bridge judges one. Neither day stops
 * anything: KSeF's own answer decides.
 */
final class TokenValidity
{
    /** The law's days are days there, wherever the server stands. */
    private const TIME_ZONE = 'Europe/Warsaw';

    /**
     * @return ?Message Null for a bridge that does not tell all of it.
     */
    public static function message(BridgeInformation $information, DateTimeImmutable $now): ?Message
    {
        $lawful = $information->tokensValidUntil;
        $announced = $information->tokensAnnouncedUntil;
        $announcedOn = $information->tokensAnnouncedOn;

        if ($lawful === null || $announced === null || $announcedOn === null) {
            return null;
        }

        $params = ['date' => $lawful, 'announced' => $announced, 'announcedOn' => $announcedOn];
        $daysLeft = self::daysUntil($lawful, $now);

        return $daysLeft < 0
            ? new Message('token-validity-ended', $params, Severity::Info)
            : new Message('token-validity-ends', $params + ['days' => $daysLeft], Severity::Info);
    }

    /**
     * The end that comes next, the law's or the announced one; once both are over, the later one.
     *
     * @return ?string Its last day, as 2026-12-31; null for a bridge that does not tell it.
     */
    public static function nextEnd(BridgeInformation $information, DateTimeImmutable $now): ?string
    {
        $lawful = $information->tokensValidUntil;

        return $lawful === null || self::daysUntil($lawful, $now) >= 0
            ? $lawful
            : $information->tokensAnnouncedUntil ?? $lawful;
    }

    /**
     * @param string $lastDay As 2026-12-31.
     * @return int Negative once the day is over.
     */
    public static function daysUntil(string $lastDay, DateTimeImmutable $now): int
    {
        $zone = new DateTimeZone(self::TIME_ZONE);
        $today = $now->setTimezone($zone)->setTime(0, 0);

        return (int) $today->diff(new DateTimeImmutable($lastDay, $zone))->format('%r%a');
    }
}
