<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use SensitiveParameter;

/**
 * What an administrator entered about the bridge, and the language to be answered in.
 */
final readonly class BridgeSettings
{
    /**
     * @param string $language As EspoCRM writes it: `pl_PL`.
     */
    public function __construct(
        public string $url,
        #[SensitiveParameter]
        public string $apiKey,
        public string $language,
    ) {}

    /**
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['url' => $this->url, 'language' => $this->language];
    }
}
