<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use PHPUnit\Framework\TestCase;

/**
 * What the form and the command line let somebody enter.
 */
final class BridgeSettingsTest extends TestCase
{
    /**
     * @dataProvider entered
     */
    public function testEntered(string $url, string $apiKey, ?string $refusal): void
    {
        try {
            BridgeSettings::checkEntered($url, $apiKey);
            $said = null;
        } catch (BridgeException $error) {
            $said = $error->messageCode;
        }

        self::assertSame($refusal, $said);
    }

    public static function entered(): iterable
    {
        yield 'both' => ['unix:/run/ksef-bridge/bridge.sock', 'a-key', null];
        yield 'nothing yet' => ['', '', null];
        yield 'another host without TLS' => ['http://bridge', 'a-key', 'bridge-url-not-allowed'];
        yield 'the same without a key' => ['http://bridge', '', 'bridge-url-not-allowed'];
        yield 'two words for a key' => ['https://bridge', 'a key', 'bridge-key-malformed'];
        yield 'the same without a URL' => ['', 'a key', 'bridge-key-malformed'];
    }
}
