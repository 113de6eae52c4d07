<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

/**
 * KSeF's identifier of a unit of a company: the company's NIP, a hyphen, five digits.
 */
final class InternalId
{
    private const FORM = '/\A\d{10}-\d{5}\z/';

    public static function isWellFormed(string $value): bool
    {
        return preg_match(self::FORM, $value) === 1;
    }

    public static function isOfCompany(string $value, string $nip): bool
    {
        return str_starts_with($value, "$nip-");
    }
}
