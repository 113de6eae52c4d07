<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use SensitiveParameter;

/**
 * A KSeF access token that lives for a minute at least and fifteen at most.
 */
final readonly class AccessToken
{
    /**
     * @param string $token For `Authorization: Bearer` towards the KSeF API.
     * @param string $authenticationMethod Token or Certificate.
     * @param string $sessionReference KSeF's reference number of the session.
     */
    public function __construct(
        #[SensitiveParameter]
        public string $token,
        public DateTimeImmutable $validUntil,
        public string $authenticationMethod,
        public string $sessionReference,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('accessToken'),
            $json->moment('validUntil'),
            $json->string('authenticationMethod'),
            $json->string('sessionReference'),
        );
    }

    /**
     * @return array<string, mixed>
     */
    public function __debugInfo(): array
    {
        return ['validUntil' => $this->validUntil, 'sessionReference' => $this->sessionReference];
    }
}
