<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use SensitiveParameter;

/**
 * A request for a certificate that the bridge has begun: the sealed key of the certificate to come.
 */
final readonly class RequestedCertificate
{
    /**
     * @param ?string $packagePassword Told in the first answer only, to be shown once.
     */
    public function __construct(
        public string $privateKeySeal,
        #[SensitiveParameter]
        public ?string $packagePassword,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self($json->string('privateKeySealed'), $json->optionalString('packagePassword'));
    }

    /**
     * @return array{}
     */
    public function __debugInfo(): array
    {
        return [];
    }
}
