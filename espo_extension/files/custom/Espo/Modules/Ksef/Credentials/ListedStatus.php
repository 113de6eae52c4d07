<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

/**
 * What follows for a record from the status with which KSeF lists its certificate.
 */
final class ListedStatus
{
    private const ACTIVE = 'Active';
    private const ENDED = ['Blocked', 'Revoked', 'Expired'];

    /**
     * @param string $listed At KSeF.
     * @param string $recorded In EspoCRM.
     * @param bool $isOver Its last moment is past.
     * @return ?string The status to write; null when the recorded one stays.
     */
    public static function toWrite(string $listed, string $recorded, bool $isOver): ?string
    {
        if ($listed === self::ACTIVE) {
            // One that was switched off by hand stays so.
            return !$isOver && in_array($recorded, self::ENDED, true) ? self::ACTIVE : null;
        }

        return in_array($listed, self::ENDED, true) && $listed !== $recorded ? $listed : null;
    }
}
