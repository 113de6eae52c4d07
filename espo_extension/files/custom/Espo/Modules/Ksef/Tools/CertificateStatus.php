<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\ORM\Entity;

/**
 * The statuses after which a certificate can no longer be used, whoever found out.
 */
final class CertificateStatus
{
    /** KSeF keeps it from being used, perhaps only for a while. */
    public const BLOCKED = 'Blocked';
    public const REVOKED = 'Revoked';
    public const EXPIRED = 'Expired';

    public const ENDED = [self::BLOCKED, self::REVOKED, self::EXPIRED];

    public static function isEnded(Entity $certificate): bool
    {
        return in_array($certificate->get('status'), self::ENDED, true);
    }
}
