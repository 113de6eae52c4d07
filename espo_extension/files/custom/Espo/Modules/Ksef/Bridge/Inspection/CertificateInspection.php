<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Messages\Message;

/**
 * The bridge's judgement of a certificate with its private key.
 */
final readonly class CertificateInspection extends Inspection
{
    /**
     * @param ?CertificateFacts $facts There as soon as a certificate could be read.
     * @param ?string $privateKeySeal Absent when a finding is an error.
     * @param list<Message> $findings
     * @throws BridgeAnswerUnreadable
     */
    public function __construct(
        public ?CertificateFacts $facts,
        public ?string $certificatePem,
        public ?string $privateKeySeal,
        array $findings,
    ) {
        parent::__construct($findings, $facts !== null && $certificatePem !== null && $privateKeySeal !== null);
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        $facts = $json->optionalObject('facts');

        return new self(
            $facts ? CertificateFacts::fromJson($facts) : null,
            $json->optionalString('certificatePem'),
            $json->optionalString('privateKeySealed'),
            self::findingsOf($json),
        );
    }
}
