<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * One thing that an inspection found.
 */
final readonly class Finding
{
    /**
     * @param ?string $field The input it is about: `token`, `files`, `password`.
     * @param array<string, string|int> $params
     * @param string $message The bridge's own text, for a code that this extension does not know.
     */
    public function __construct(
        public string $code,
        public Severity $severity,
        public ?string $field = null,
        public array $params = [],
        public string $message = '',
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('code'),
            Severity::tryFrom($json->string('severity')) ??
                throw new BridgeAnswerUnreadable('bridge-answer-unreadable'),
            $json->optionalString('field'),
            $json->parameters('params'),
            $json->string('message'),
        );
    }
}
