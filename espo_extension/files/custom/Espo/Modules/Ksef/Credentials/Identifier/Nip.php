<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Identifier;

use Espo\Modules\Ksef\Messages\Message;

/**
 * A Polish tax identification number: ten digits, the last of which checks the others.
 */
final class Nip
{
    private const WEIGHTS = [6, 5, 7, 2, 3, 4, 5, 6, 7];
    // No tax office has other first digits (the pattern of the KSeF API).
    private const FORM = '/\A[1-9](\d[1-9]|[1-9]\d)\d{7}\z/';

    /**
     * The digits of a NIP as people write it: in groups, with the letters of the country, copied from a page.
     */
    public static function asWritten(string $value): string
    {
        return WrittenNumber::withoutHyphens(WrittenNumber::withoutCountry($value));
    }

    public static function isWellFormed(string $value): bool
    {
        return preg_match(self::FORM, $value) === 1;
    }

    /**
     * Whether a well-formed NIP ends with the digit that checks the others.
     */
    public static function hasRightCheckDigit(string $value): bool
    {
        return self::checkDigit($value) === (int) $value[9];
    }

    /**
     * Why no company has it; null when one may.
     */
    public static function fault(string $value): ?Message
    {
        return match (true) {
            !self::isWellFormed($value) => new Message('nip-malformed', field: 'nip'),
            !self::hasRightCheckDigit($value) => new Message('nip-check-digit', ['nip' => $value], field: 'nip'),
            default => null,
        };
    }

    private static function checkDigit(string $value): int
    {
        $sum = 0;

        foreach (self::WEIGHTS as $position => $weight) {
            $sum += $weight * (int) $value[$position];
        }

        // Ten is no digit: no NIP has these first nine.
        return $sum % 11;
    }
}
