<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * What stands in a certificate.
 */
final readonly class CertificateFacts
{
    /**
     * @param ?string $type Authentication or Offline; null when it cannot be decided.
     * @param string $kind Ksef, Qualified, SelfSigned or Unknown.
     * @param ?string $environment Where the issuer tells; Test and Demo have one.
     * @param string $fingerprint SHA-256, 64 lower-case hexadecimal digits.
     */
    public function __construct(
        public ?string $type,
        public string $kind,
        public ?string $environment,
        public string $serialNumber,
        public string $subjectName,
        public string $issuerName,
        public string $identifierType,
        public string $identifierValue,
        public string $keyAlgorithm,
        public string $fingerprint,
        public DateTimeImmutable $validFrom,
        public DateTimeImmutable $validTo,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->optionalString('type'),
            $json->string('kind'),
            $json->optionalString('environment'),
            $json->string('serialNumber'),
            $json->string('subjectName'),
            $json->string('issuerName'),
            $json->string('identifierType'),
            $json->string('identifierValue'),
            $json->string('keyAlgorithm'),
            $json->string('fingerprint'),
            $json->moment('validFrom'),
            $json->moment('validTo'),
        );
    }
}
