<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

/**
 * What a certificate's successor is called: as it is itself, and when it was requested, within
 * what KSeF takes.
 */
final class SuccessorName
{
    private const LONGEST = 100;
    private const DAY_AT_END = '/[\s_\-]*(?:(?<![\p{L}\d])(?:until|do|requested|wniosek)[\s_\-])?\d{4}-\d{2}-\d{2}$/u';
    private const NOT_TAKEN = '/[^a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]+/u';

    /**
     * @param string $requested When the successor is requested, in words around the day.
     */
    public static function of(string $name, string $requested): string
    {
        $end = " $requested";
        $stem = (string) preg_replace(self::NOT_TAKEN, ' ', mb_scrub($name, 'UTF-8'));
        $stem = (string) preg_replace('/\s+/', ' ', trim($stem));
        $stem = (string) preg_replace(self::DAY_AT_END, '', $stem);

        return ltrim(rtrim(mb_substr($stem, 0, self::LONGEST - mb_strlen($end))) . $end);
    }
}
