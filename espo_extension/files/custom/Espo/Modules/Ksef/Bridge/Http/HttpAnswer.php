<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Http;

use SensitiveParameter;

/**
 * What came back.
 */
final readonly class HttpAnswer
{
    /**
     * @param array<string, string> $headers By their lower-case names.
     */
    public function __construct(
        public int $status,
        public array $headers,
        #[SensitiveParameter]
        public string $body,
    ) {}

    /**
     * The media type without its parameters.
     */
    public function mediaType(): string
    {
        return strtolower(trim(explode(';', $this->headers['content-type'] ?? '')[0]));
    }

    /**
     * @return array<string, int>
     */
    public function __debugInfo(): array
    {
        return ['status' => $this->status];
    }
}
