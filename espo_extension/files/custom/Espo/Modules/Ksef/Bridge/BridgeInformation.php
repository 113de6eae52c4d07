<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;

/**
 * What the bridge says of itself.
 */
final readonly class BridgeInformation
{
    /**
     * @param int $contract Version of the interface that it speaks.
     */
    public function __construct(
        public string $version,
        public int $contract,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self($json->string('version'), $json->integer('contract'));
    }
}
