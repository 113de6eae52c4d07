<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Validity;

use DateTimeImmutable;
use DateTimeInterface;
use DateTimeZone;

/**
 * Moments as EspoCRM stores them: in UTC, in a form that sorts.
 */
final class StoredMoment
{
    private const FORM = 'Y-m-d H:i:s';

    public static function read(?string $stored): ?DateTimeImmutable
    {
        return $stored ? new DateTimeImmutable($stored, self::zone()) : null;
    }

    /**
     * @param string $difference From that moment, as `+60 days`.
     */
    public static function of(DateTimeInterface $moment, string $difference = '+0 days'): string
    {
        return DateTimeImmutable::createFromInterface($moment)
            ->setTimezone(self::zone())
            ->modify($difference)
            ->format(self::FORM);
    }

    public static function fromNow(string $difference): string
    {
        return self::of(new DateTimeImmutable(), $difference);
    }

    private static function zone(): DateTimeZone
    {
        return new DateTimeZone('UTC');
    }
}
