<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge;

use Espo\Core\Utils\Config;
use Espo\Core\Utils\Config\ConfigWriter;
use SensitiveParameter;

/**
 * The bridge's URL and API key in EspoCRM's configuration.
 */
final readonly class StoredBridge
{
    public const URL = 'ksefBridgeUrl';
    public const API_KEY = 'ksefBridgeApiKey';

    public function __construct(
        private Config $config,
        private ConfigWriter $configWriter,
    ) {}

    public function url(): string
    {
        return (string) $this->config->get(self::URL);
    }

    public function isEntered(): bool
    {
        return $this->url() !== '' && (string) $this->config->get(self::API_KEY) !== '';
    }

    public function save(?string $url, #[SensitiveParameter] ?string $apiKey): void
    {
        $this->configWriter->setMultiple([self::URL => $url, self::API_KEY => $apiKey]);
        $this->configWriter->save();
    }

    public function forgetApiKey(): void
    {
        $this->configWriter->set(self::API_KEY, null);
        $this->configWriter->save();
    }
}
