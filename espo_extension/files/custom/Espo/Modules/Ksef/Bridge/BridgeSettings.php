<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeNotConfigured;
use Espo\Modules\Ksef\Bridge\Http\BridgeUrl;
use SensitiveParameter;

/**
 * What an administrator entered about the bridge, the language to be answered in, and who asks.
 */
final readonly class BridgeSettings
{
    private const API_KEY = '/\A[!-~]{1,512}\z/';

    /**
     * @param string $language As EspoCRM writes it: `pl_PL`.
     * @param string $siteUrl This EspoCRM's address; empty when it has none.
     */
    public function __construct(
        public string $url,
        #[SensitiveParameter]
        public string $apiKey,
        public string $language,
        public string $siteUrl = '',
    ) {}

    /**
     * Whether EspoCRM may keep what somebody entered; what is empty stays to be entered.
     *
     * @throws BridgeException
     */
    public static function checkEntered(string $url, #[SensitiveParameter] string $apiKey): void
    {
        if ($url !== '') {
            BridgeUrl::parse($url);
        }

        if ($apiKey !== '') {
            self::checkApiKey($apiKey);
        }
    }

    /**
     * @throws BridgeNotConfigured It cannot stand in an HTTP header.
     */
    public static function checkApiKey(#[SensitiveParameter] string $apiKey): void
    {
        if (!preg_match(self::API_KEY, $apiKey)) {
            throw new BridgeNotConfigured('bridge-key-malformed');
        }
    }

    /**
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['url' => $this->url, 'language' => $this->language, 'siteUrl' => $this->siteUrl];
    }
}
