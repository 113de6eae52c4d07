<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

use DateTimeImmutable;

/**
 * What somebody says of a certificate, and the status of its record that follows.
 *
 * | who says it         | what is said               | of a record that is           | follows                       |
 * |---------------------|----------------------------|-------------------------------|-------------------------------|
 * | its dates           | over                       | Active, Inactive, Blocked     | Expired                       |
 * | KSeF's list         | Active                     | ended before its time         | Active, without key Inactive  |
 * |                     | Blocked, Revoked, Expired  | any                           | what is said                  |
 * | KSeF, asked to      | Blocked, Revoked, Expired  | any                           | what is said                  |
 * | revoke it           | another word               | any                           | Blocked                       |
 * | a refused login     | revoked                    | any                           | Revoked                       |
 * |                     | suspended                  | of KSeF                       | Blocked                       |
 * |                     | not valid                  | over, or of KSeF and begun    | Expired                       |
 * |                     | Blocked, Revoked, Expired  | any                           | what is said                  |
 * | a refused signature | expired                    | over                          | Expired                       |
 *
 * A record that still waits for its certificate stays Requested. What an administrator may set by hand is in
 * KsefCheckStatus, what an upload brings in InspectedCertificate, a request in CertificateOutcomes.
 */
final readonly class CertificateVerdict
{
    private const DATES = 'dates';
    private const LISTED = 'listed';
    private const REVOCATION = 'revocation';

    // The bridge's codes. The first ones come from a login by certificate.
    private const LOGIN_REVOKED = 'ksef-certificate-revoked';
    private const LOGIN_SUSPENDED = 'ksef-certificate-suspended';
    /** Expired, or not valid yet. */
    private const LOGIN_NOT_VALID = 'ksef-certificate-not-valid';
    /** KSeF still lets it log in, but lists it with another status. */
    private const LOGIN_LISTED_OTHERWISE = 'ksef-certificate-not-active';
    private const SIGNATURE_EXPIRED = 'offline-certificate-expired';

    /**
     * @param string $source Who says it; of a refusal the code.
     * @param string $said KSeF's word for the status, where it gives one.
     * @param ?CertificateUse $use At which it was refused.
     */
    private function __construct(
        private string $source,
        private string $said = '',
        public ?CertificateUse $use = null,
    ) {}

    public static function ofDates(): self
    {
        return new self(self::DATES);
    }

    public static function ofList(string $status): self
    {
        return new self(self::LISTED, $status);
    }

    public static function ofRevocation(string $status): self
    {
        return new self(self::REVOCATION, $status);
    }

    /**
     * @param array<string, string|int> $params
     * @return ?self Null when the code does not speak of the end of a certificate.
     */
    public static function ofRefusal(string $code, array $params): ?self
    {
        $use = match ($code) {
            self::LOGIN_REVOKED,
            self::LOGIN_SUSPENDED,
            self::LOGIN_NOT_VALID,
            self::LOGIN_LISTED_OTHERWISE => CertificateUse::Authorization,
            self::SIGNATURE_EXPIRED => CertificateUse::Offline,
            default => null,
        };

        return $use ? new self($code, (string) ($params['status'] ?? ''), $use) : null;
    }

    /**
     * The status that follows, be it the one that the record has; null when none does.
     */
    public function status(CertificateRecord $record, DateTimeImmutable $now): ?string
    {
        if ($record->status === CertificateStatus::REQUESTED) {
            return null;
        }

        $isOver = $record->validTo !== null && $record->validTo < $now;
        $isRevoked = $record->status === CertificateStatus::REVOKED;
        $isOfKsef = $record->kind === CertificateRecord::OF_KSEF;
        // KSeF may shorten the life of its own.
        $isShortened = $isOfKsef && $record->validFrom !== null && $record->validFrom <= $now;
        $end = CertificateStatus::isEnded($this->said) ? $this->said : null;

        return match ($this->source) {
            self::DATES => $isOver && !$isRevoked ? CertificateStatus::EXPIRED : null,
            self::LISTED => match (true) {
                $this->said === CertificateStatus::ACTIVE => $this->restored($record, $isOver),
                // Else it would be switched on when KSeF lifts that again.
                $end === CertificateStatus::BLOCKED && $record->status === CertificateStatus::INACTIVE => null,
                default => $end,
            },
            // Ended it is; further words of KSeF's for it are not known here.
            self::REVOCATION => $end ?? CertificateStatus::BLOCKED,
            self::LOGIN_REVOKED => CertificateStatus::REVOKED,
            // Of a suspension that another issuer lifts again nobody would tell us.
            self::LOGIN_SUSPENDED => $isOfKsef ? CertificateStatus::BLOCKED : null,
            self::LOGIN_NOT_VALID => $isOver || $isShortened ? CertificateStatus::EXPIRED : null,
            self::LOGIN_LISTED_OTHERWISE => $end,
            self::SIGNATURE_EXPIRED => $isOver ? CertificateStatus::EXPIRED : null,
        };
    }

    /**
     * One that was switched off by hand stays so.
     */
    private function restored(CertificateRecord $record, bool $isOver): ?string
    {
        return match (true) {
            $isOver, !CertificateStatus::isEnded($record->status) => null,
            $record->hasPrivateKey => CertificateStatus::ACTIVE,
            default => CertificateStatus::INACTIVE,
        };
    }
}
