<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Http;

use SensitiveParameter;

/**
 * One call to the bridge.
 */
final readonly class HttpRequest
{
    /**
     * @param array<string, string> $headers
     * @param ?string $body JSON or XML, as the headers say.
     * @param int $timeout Seconds that connecting and answering may take together.
     */
    public function __construct(
        public string $method,
        public string $path,
        #[SensitiveParameter]
        public array $headers,
        #[SensitiveParameter]
        public ?string $body,
        public int $timeout,
    ) {}

    /**
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['method' => $this->method, 'path' => $this->path];
    }
}
