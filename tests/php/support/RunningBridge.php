<?php

declare(strict_types=1);

namespace KsefTests;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use RuntimeException;

/**
 * What test_bridge_client.py started, and told by the environment.
 */
final class RunningBridge
{
    /**
     * @throws RuntimeException Nobody told: run these tests by pytest.
     */
    public static function told(string $name): string
    {
        $value = getenv("KSEF_PHP_TEST_$name");

        return is_string($value) && $value !== ''
            ? $value
            : throw new RuntimeException("KSEF_PHP_TEST_$name is not set");
    }

    public static function client(
        ?string $url = null,
        ?string $apiKey = null,
        string $language = 'en_US',
    ): BridgeClient {

        return new BridgeClient(new BridgeSettings(
            $url ?? self::told('URL'),
            $apiKey ?? self::told('API_KEY'),
            $language,
        ));
    }
}
