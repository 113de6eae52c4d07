<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * A company as the Ministry's list of VAT payers describes it; what that does not say is null.
 */
final readonly class Company
{
    /**
     * @param ?string $vatStatus Active, Exempt or Unregistered.
     * @param string $asOf The day for which the list was asked, as 2026-11-29.
     */
    public function __construct(
        public string $name,
        public ?string $address,
        public ?string $regon,
        public ?string $krsNumber,
        public ?string $vatStatus,
        public string $asOf,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('name'),
            $json->optionalString('address'),
            $json->optionalString('regon'),
            $json->optionalString('krsNumber'),
            $json->optionalString('vatStatus'),
            $json->optionalDay('asOf') ?? throw new BridgeAnswerUnreadable('bridge-answer-unreadable'),
        );
    }
}
