<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * A seal under the bridge's primary master key.
 */
final readonly class RenewedSeal
{
    /**
     * @param bool $isChanged False when the seal was under that key already.
     */
    public function __construct(
        public string $seal,
        public bool $isChanged,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self($json->string('sealed'), $json->boolean('changed'));
    }
}
