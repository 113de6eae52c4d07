<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

/**
 * What certificate is asked for.
 */
final readonly class CertificateOrder
{
    /**
     * @param string $type Authentication or Offline.
     * @param string $name Under which KSeF lists the certificate.
     * @param string $keyAlgorithm `EC P-256` or `RSA 2048`.
     * @param bool $withPackage Make a package, and a password for it.
     * @param ?string $signingRequestId The login, signed elsewhere, that asks for it; null for that of the profile.
     */
    public function __construct(
        public string $type,
        public string $name,
        public string $keyAlgorithm,
        public bool $withPackage = true,
        public ?string $signingRequestId = null,
    ) {}

    /**
     * @return array<string, string|bool|null> Members of a request to the bridge.
     */
    public function toRequest(): array
    {
        return [
            'type' => $this->type,
            'name' => $this->name,
            'keyAlgorithm' => $this->keyAlgorithm,
            'package' => $this->withPackage,
            'signingRequestId' => $this->signingRequestId,
        ];
    }
}
