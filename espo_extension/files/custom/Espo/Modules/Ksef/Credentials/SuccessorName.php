<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

use DateTimeImmutable;

/**
 * What a certificate's successor is called: as it is itself, with the day of the request at the end, within
 * what KSeF takes.
 */
final class SuccessorName
{
    private const LONGEST = 100;
    private const DAY_AT_END = '/[\s_\-]*\d{4}-\d{2}-\d{2}$/';
    private const NOT_TAKEN = '/[^a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]+/u';

    public static function of(string $name, DateTimeImmutable $now): string
    {
        $day = ' ' . $now->format('Y-m-d');
        $stem = (string) preg_replace(self::NOT_TAKEN, ' ', mb_scrub($name, 'UTF-8'));
        $stem = (string) preg_replace('/\s+/', ' ', trim($stem));
        $stem = (string) preg_replace(self::DAY_AT_END, '', $stem);

        return ltrim(rtrim(mb_substr($stem, 0, self::LONGEST - strlen($day))) . $day);
    }
}
