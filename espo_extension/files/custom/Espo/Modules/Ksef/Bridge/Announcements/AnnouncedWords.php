<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Announcements;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * One sentence about what is announced, or about why that is not known.
 */
final readonly class AnnouncedWords
{
    /**
     * @param string $code `KsefProfile.messages.<code>` says it in words.
     * @param array<string, string|int> $params What fills its text.
     * @param string $text The bridge's own text, in the user's language.
     */
    public function __construct(
        public string $code,
        public array $params,
        public string $text,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self($json->string('code'), $json->parameters('params'), $json->string('message'));
    }
}
