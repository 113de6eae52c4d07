<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Errors\BridgeUrlNotAllowed;
use Espo\Modules\Ksef\Bridge\Http\BridgeUrl;
use PHPUnit\Framework\TestCase;

/**
 * Secrets go over TLS, or do not leave this host.
 */
final class BridgeUrlTest extends TestCase
{
    /**
     * @dataProvider allowed
     */
    public function testIsAllowed(string $text, string $base, ?string $socket): void
    {
        $url = BridgeUrl::parse($text);

        self::assertSame($base, $url->base);
        self::assertSame($socket, $url->socket);
    }

    public static function allowed(): iterable
    {
        yield ['https://bridge.example.com', 'https://bridge.example.com', null];
        yield ['https://bridge:8970/', 'https://bridge:8970', null];
        yield ['HTTPS://10.0.0.7/ksef/', 'https://10.0.0.7/ksef', null];
        yield ['https://[2001:db8::7]:8970', 'https://[2001:db8::7]:8970', null];
        yield ['http://127.0.0.1:8970', 'http://127.0.0.1:8970', null];
        yield ['HTTP://127.0.0.1:8970', 'http://127.0.0.1:8970', null];
        yield ['http://127.8.9.1', 'http://127.8.9.1', null];
        yield ['http://LocalHost:1/', 'http://LocalHost:1', null];
        yield ['http://[::1]:8970', 'http://[::1]:8970', null];
        yield ['http://[0:0:0:0:0:0:0:1]', 'http://[0:0:0:0:0:0:0:1]', null];
        yield ['unix:/run/ksef-bridge/bridge.sock', 'http://localhost', '/run/ksef-bridge/bridge.sock'];
    }

    /**
     * @dataProvider refused
     */
    public function testIsRefused(string $text): void
    {
        $this->expectExceptionObject(new BridgeUrlNotAllowed('bridge-url-not-allowed'));

        BridgeUrl::parse($text);
    }

    public static function refused(): iterable
    {
        foreach (
            [
                '', 'bridge', '/run/bridge.sock', '//bridge', 'https:', 'https://', 'http://',
                'http://bridge.example.com', 'http://10.0.0.7', 'http://128.0.0.1', 'http://127.0.0.1.example.com',
                'http://127.1', 'http://0x7f000001', 'http://2130706433', 'http://[::2]', 'http://[::ffff:127.0.0.1]',
                'http://localhost.example.com', 'http://localhost@example.com', 'http://example.com\\@127.0.0.1',
                'https://user@bridge', 'https://user:password@bridge', 'https://bridge?x', 'https://bridge/#x',
                'https://bridge example', "https://bridge\n", "https://bridge\t", 'https://bridge:port',
                'https://brücke.example', 'https://bridge/a b', 'https://[zz]',
                'ftp://127.0.0.1', 'file:///etc/passwd', 'gopher://127.0.0.1', 'javascript:alert(1)',
                'telnet://localhost',
                'unix:', 'unix:bridge.sock', 'unix://bridge.sock', 'unix:/a b', "unix:/a\0b",
            ] as $text
        ) {
            yield $text => [$text];
        }
    }
}
