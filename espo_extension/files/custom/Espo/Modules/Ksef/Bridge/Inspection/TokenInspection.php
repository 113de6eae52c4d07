<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Messages\Message;

/**
 * The bridge's judgement of a KSeF token.
 */
final readonly class TokenInspection extends Inspection
{
    /**
     * @param ?string $referenceNumber KSeF's number of the token, as far as it could be read.
     * @param ?string $seal Absent when a finding is an error.
     * @param list<Message> $findings
     * @throws BridgeAnswerUnreadable
     */
    public function __construct(
        public ?string $referenceNumber,
        public ?string $seal,
        array $findings,
    ) {
        parent::__construct($findings, $referenceNumber !== null && $seal !== null);
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->optionalObject('facts')?->optionalString('referenceNumber'),
            $json->optionalString('sealed'),
            self::findingsOf($json),
        );
    }
}
