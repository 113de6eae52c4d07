<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * The QR codes of one invoice.
 */
final readonly class VerificationLinks
{
    /**
     * @param VerificationLink $kod1 Leads to the invoice at KSeF; stands on every invoice.
     * @param ?VerificationLink $kod2 Proves who issued it; stands on an invoice that is issued offline, and only there.
     */
    public function __construct(
        public VerificationLink $kod1,
        public ?VerificationLink $kod2,
    ) {}

    /**
     * @param bool $isOffline Whether KOD II was asked for.
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json, bool $isOffline): self
    {
        $kod1 = $json->optionalObject('kod1');
        $kod2 = $json->optionalObject('kod2');

        if ($kod1 === null || ($kod2 !== null) !== $isOffline) {
            throw new BridgeAnswerUnreadable('bridge-answer-unreadable');
        }

        return new self(VerificationLink::fromJson($kod1), $kod2 ? VerificationLink::fromJson($kod2) : null);
    }
}
