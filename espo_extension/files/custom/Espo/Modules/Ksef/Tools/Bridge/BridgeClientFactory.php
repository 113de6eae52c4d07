<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge;

use Espo\Core\Binding\Factory;
use Espo\Core\Utils\Config;
use Espo\Core\Utils\Language;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;

/**
 * The bridge that the administrator set up, answering in the user's language.
 *
 * @implements Factory<BridgeClient>
 */
final readonly class BridgeClientFactory implements Factory
{
    public function __construct(
        private Config $config,
        private Language $language,
    ) {}

    public function create(): BridgeClient
    {
        return new BridgeClient(new BridgeSettings(
            (string) $this->config->get(StoredBridge::URL),
            (string) $this->config->get(StoredBridge::API_KEY),
            $this->language->getLanguage(),
            (string) $this->config->get('siteUrl'),
        ));
    }
}
