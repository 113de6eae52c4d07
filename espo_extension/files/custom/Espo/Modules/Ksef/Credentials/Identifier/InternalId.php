<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Identifier;

/**
 * KSeF's identifier of a unit of a company: the company's NIP, a hyphen, five digits, the last of which
 * checks the others. KSeF's own documentation shows one that breaks that rule, so it is no reason to refuse.
 */
final class InternalId
{
    private const FORM = '/\A\d{10}-\d{5}\z/';
    private const WEIGHTS = [1, 3];

    /**
     * The identifier as KSeF writes it, of one that was copied from a page.
     */
    public static function asWritten(string $value): string
    {
        return WrittenNumber::withPlainHyphens(WrittenNumber::withoutCountry($value));
    }

    public static function isWellFormed(string $value): bool
    {
        return preg_match(self::FORM, $value) === 1;
    }

    /**
     * A well-formed identifier with the last digit that checks the others.
     */
    public static function thatFits(string $value): string
    {
        $first = substr($value, 0, -1);
        $sum = 0;

        foreach (str_split(str_replace('-', '', $first)) as $position => $digit) {
            $sum += self::WEIGHTS[$position % 2] * (int) $digit;
        }

        return $first . $sum % 10;
    }

    public static function isOfCompany(string $value, string $nip): bool
    {
        return str_starts_with($value, "$nip-");
    }
}
