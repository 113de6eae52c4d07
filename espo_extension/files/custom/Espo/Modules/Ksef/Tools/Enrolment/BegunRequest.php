<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment;

use Espo\ORM\Entity;
use SensitiveParameter;

/**
 * A request for a certificate as it was begun.
 */
final readonly class BegunRequest
{
    /**
     * @param Entity $certificate The record that waits for the certificate.
     * @param ?string $packagePassword To be shown once; null when it is lost.
     */
    public function __construct(
        public Entity $certificate,
        #[SensitiveParameter]
        public ?string $packagePassword,
    ) {}

    /**
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['certificate' => $this->certificate->getId()];
    }
}
