<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Messages\Message;

/**
 * A certificate that KSeF issued for the key that EspoCRM holds under seal.
 */
final readonly class IssuedCertificate
{
    /**
     * @param ?Message $packageProblem Why there is no package.
     */
    public function __construct(
        public CertificateFacts $facts,
        public string $certificatePem,
        public ?CertificatePackage $package,
        public ?Message $packageProblem,
    ) {}
}
