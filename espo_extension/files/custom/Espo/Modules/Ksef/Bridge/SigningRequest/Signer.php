<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\SigningRequest;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * Who signed a document, as the certificate of the signature says.
 */
final readonly class Signer
{
    /**
     * @param string $identifierType Nip, Pesel or Fingerprint.
     * @param bool $isQualified Whether it is a qualified certificate.
     * @param bool $isSeal Whether an organization sealed it, rather than a person signed.
     */
    public function __construct(
        public string $name,
        public ?string $organizationName,
        public string $identifierType,
        public string $identifierValue,
        public string $issuerName,
        public bool $isQualified,
        public bool $isSeal,
        public DateTimeImmutable $validTo,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('name'),
            $json->optionalString('organizationName'),
            $json->string('identifierType'),
            $json->string('identifierValue'),
            $json->string('issuerName'),
            $json->boolean('qualified'),
            $json->boolean('seal'),
            $json->moment('validTo'),
        );
    }
}
