<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateState;

/**
 * Hears of refused uses of a profile's certificates.
 */
interface RefusedUses
{
    /**
     * Not within a transaction.
     *
     * @param string $code Why a use of the profile's certificates was refused.
     * @param array<string, string|int> $params
     * @return bool Whether that was the end of one of them, which is stored and told then.
     */
    public function endBy(string $profileId, string $code, array $params): bool;
}
