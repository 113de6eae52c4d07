<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Identifier;

use SensitiveParameter;

/**
 * What people and word processors add to a number: blanks of every kind, hyphens that look alike, the country.
 */
final class WrittenNumber
{
    // Separators, and what is invisible: soft hyphens, joiners, the byte order mark.
    private const BLANKS = '/[\p{Z}\p{C}]+/u';
    // The minus sign is no dash to Unicode.
    private const HYPHENS = '/[\p{Pd}\x{2212}]/u';
    private const COUNTRY = '/\APL[\p{Pd}\x{2212}]?/iu';

    public static function withoutCountry(string $value): string
    {
        $line = self::withoutBlanks($value);

        return preg_replace(self::COUNTRY, '', $line) ?? $line;
    }

    public static function withoutBlanks(#[SensitiveParameter] string $value): string
    {
        return preg_replace(self::BLANKS, '', mb_scrub($value, 'UTF-8')) ?? $value;
    }

    public static function withoutHyphens(string $value): string
    {
        return preg_replace(self::HYPHENS, '', $value) ?? $value;
    }

    public static function withPlainHyphens(string $value): string
    {
        return preg_replace(self::HYPHENS, '-', $value) ?? $value;
    }
}
