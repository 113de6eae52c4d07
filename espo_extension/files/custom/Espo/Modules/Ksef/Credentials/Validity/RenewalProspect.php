<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Validity;

use Closure;

/**
 * What becomes of a certificate that is in use when it comes to its end; the values are codes of messages.
 */
enum RenewalProspect: string
{
    case IssuedElsewhere = 'certificate-ends-issued-elsewhere';
    case BeingRenewed = 'certificate-ends-being-renewed';
    case NoLogin = 'certificate-ends-no-login';
    case ByHand = 'certificate-ends-renew-by-hand';
    case Fails = 'certificate-ends-renewal-fails';
    case RenewsItself = 'certificate-ends-renews-itself';

    /**
     * @param Closure(): bool $isBeingRenewed Whether it has a successor that is requested or issued.
     * @param Closure(): bool $hasLogin Whether a profile logs in as its subject.
     */
    public static function of(
        bool $isOfKsef,
        bool $isAutomatic,
        bool $hasFailed,
        Closure $isBeingRenewed,
        Closure $hasLogin,
    ): self {

        return match (true) {
            !$isOfKsef => self::IssuedElsewhere,
            $isBeingRenewed() => self::BeingRenewed,
            !$hasLogin() => self::NoLogin,
            !$isAutomatic => self::ByHand,
            $hasFailed => self::Fails,
            default => self::RenewsItself,
        };
    }
}
