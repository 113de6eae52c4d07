<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * Whether the bridge reaches what it needs.
 */
final readonly class Readiness
{
    /**
     * @param array<string, string> $dependencies `ok` or `unreachable` by name.
     */
    public function __construct(
        public bool $isReady,
        public array $dependencies,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self($json->boolean('ready'), $json->stringsByName('dependencies'));
    }
}
