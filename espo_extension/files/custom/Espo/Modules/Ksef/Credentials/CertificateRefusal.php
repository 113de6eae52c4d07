<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

use DateTimeImmutable;

/**
 * Refusals by which a certificate turns out to have ended.
 */
final class CertificateRefusal
{
    private const REVOKED = 'ksef-certificate-revoked';
    private const SUSPENDED = 'ksef-certificate-suspended';
    /** Expired, or not valid yet. */
    private const NOT_VALID = 'ksef-certificate-not-valid';
    /** KSeF still lets it log in, but lists it with another status. */
    private const LISTED_OTHERWISE = 'ksef-certificate-not-active';
    private const OFFLINE_EXPIRED = 'offline-certificate-expired';

    private const ENDED = ['Blocked', 'Revoked', 'Expired'];
    private const OF_KSEF = 'Ksef';

    /**
     * The use at which the bridge answers with this code; null when it does not speak of a certificate's end.
     */
    public static function use(string $code): ?CertificateUse
    {
        return match ($code) {
            self::REVOKED, self::SUSPENDED, self::NOT_VALID, self::LISTED_OTHERWISE => CertificateUse::Authorization,
            self::OFFLINE_EXPIRED => CertificateUse::Offline,
            default => null,
        };
    }

    /**
     * The status that follows; null when the certificate may be used again.
     *
     * @param array<string, string|int> $params Of the code.
     * @param string $kind Of the certificate.
     */
    public static function status(
        string $code,
        array $params,
        string $kind,
        ?DateTimeImmutable $validFrom,
        ?DateTimeImmutable $validTo,
        DateTimeImmutable $now,
    ): ?string {

        $isOver = $validTo !== null && $validTo < $now;
        // KSeF may shorten the life of its own.
        $isShortened = $kind === self::OF_KSEF && $validFrom !== null && $validFrom <= $now;

        return match ($code) {
            self::REVOKED => 'Revoked',
            // Of a suspension that another issuer lifts again nobody would tell us.
            self::SUSPENDED => $kind === self::OF_KSEF ? 'Blocked' : null,
            self::NOT_VALID => $isOver || $isShortened ? 'Expired' : null,
            self::OFFLINE_EXPIRED => $isOver ? 'Expired' : null,
            self::LISTED_OTHERWISE => in_array($params['status'] ?? null, self::ENDED, true)
                ? (string) $params['status']
                : null,
            default => null,
        };
    }
}
