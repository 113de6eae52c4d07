<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

/**
 * The statuses of a certificate's record.
 */
final class CertificateStatus
{
    /** It waits for the certificate that was requested at KSeF. */
    public const REQUESTED = 'Requested';
    public const ACTIVE = 'Active';
    public const INACTIVE = 'Inactive';
    /** KSeF keeps it from being used, perhaps only for a while. */
    public const BLOCKED = 'Blocked';
    public const REVOKED = 'Revoked';
    public const EXPIRED = 'Expired';

    /** It can no longer be used, whoever found out. */
    public const ENDED = [self::BLOCKED, self::REVOKED, self::EXPIRED];

    public static function isEnded(?string $status): bool
    {
        return in_array($status, self::ENDED, true);
    }
}
