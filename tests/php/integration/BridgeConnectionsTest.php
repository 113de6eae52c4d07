<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeContractUnsupported;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUnreachable;
use Espo\Modules\Ksef\Bridge\Http\BridgeUrl;
use Espo\Modules\Ksef\Bridge\Http\CurlTransport;
use Espo\Modules\Ksef\Bridge\Http\HttpRequest;
use KsefTests\RunningBridge;
use PHPUnit\Framework\TestCase;

/**
 * Sockets, TLS, and everything that may answer in the bridge's place.
 */
final class BridgeConnectionsTest extends TestCase
{
    /** As long as a client waits for a host that drops its packets. */
    private const CONNECT_SECONDS = 3.0;

    public function testAUnixSocketLeadsToTheBridge(): void
    {
        self::assertSame(1, RunningBridge::client('unix:' . RunningBridge::told('SOCKET'))->info()->contract);
    }

    public function testASocketThatIsNotThereIsUnreachable(): void
    {
        $this->expectExceptionObject(new BridgeUnreachable('bridge-unreachable'));

        RunningBridge::client('unix:/nowhere/bridge.sock')->info();
    }

    public function testATrustedTlsCertificateLeadsToTheBridge(): void
    {
        // The system's store, to which the run added the authority by curl.cainfo.
        self::assertSame(1, RunningBridge::client(RunningBridge::told('TLS_URL'))->info()->contract);
    }

    public function testACertificateOfAnotherAuthorityIsNotTrusted(): void
    {
        $this->expectExceptionObject(new BridgeUnreachable('bridge-not-trusted'));

        RunningBridge::client(RunningBridge::told('UNTRUSTED_TLS_URL'))->info();
    }

    public function testACertificateOfAnotherHostIsNotTrusted(): void
    {
        $this->expectExceptionObject(new BridgeUnreachable('bridge-not-trusted'));

        RunningBridge::client(str_replace('localhost', '127.0.0.1', RunningBridge::told('TLS_URL')))->info();
    }

    public function testAPortWithoutTlsIsNotTrusted(): void
    {
        $this->expectExceptionObject(new BridgeUnreachable('bridge-not-trusted'));

        RunningBridge::client(str_replace('http:', 'https:', RunningBridge::told('URL')))->info();
    }

    public function testAClosedPortIsUnreachable(): void
    {
        $this->expectExceptionObject(new BridgeUnreachable('bridge-unreachable'));

        RunningBridge::client(RunningBridge::told('CLOSED_URL'))->info();
    }

    public function testAProxyOfTheEnvironmentIsPassedOver(): void
    {
        putenv('http_proxy=' . RunningBridge::told('CLOSED_URL'));
        putenv('all_proxy=' . RunningBridge::told('CLOSED_URL'));

        try {
            self::assertSame(1, RunningBridge::client()->info()->contract);
        } finally {
            putenv('http_proxy');
            putenv('all_proxy');
        }
    }

    /**
     * @dataProvider impostors
     * @param class-string<BridgeException> $class
     */
    public function testWhateverAnswersInItsPlaceIsNamed(string $kind, string $class, string $code): void
    {
        $client = RunningBridge::client(RunningBridge::told('IMPOSTOR_URL') . "/$kind");

        try {
            $client->renewSeal('ksef1.seal');
            self::fail('That is no bridge.');
        } catch (BridgeException $error) {
            self::assertInstanceOf($class, $error);
            self::assertSame($code, $error->messageCode);
        }
    }

    public static function impostors(): iterable
    {
        yield ['page', BridgeAnswerUnreadable::class, 'bridge-answer-unreadable'];
        yield ['cut', BridgeAnswerUnreadable::class, 'bridge-answer-unreadable'];
        yield ['huge', BridgeAnswerUnreadable::class, 'bridge-answer-unreadable'];
        yield ['redirect', BridgeAnswerUnreadable::class, 'bridge-answer-unreadable'];
        yield ['no-http', BridgeAnswerUnreadable::class, 'bridge-answer-unreadable'];
        yield ['broken-off', BridgeUnreachable::class, 'bridge-unreachable'];
        yield ['newer', BridgeContractUnsupported::class, 'contract-unsupported'];
    }

    public function testAnAnswerThatDoesNotComeIsWaitedForNoLongerThanTold(): void
    {
        $start = microtime(true);

        try {
            (new CurlTransport())->send(
                BridgeUrl::parse(RunningBridge::told('IMPOSTOR_URL')),
                new HttpRequest('GET', '/silent/v1/info', [], null, 1),
            );
            self::fail('Nothing answers there.');
        } catch (BridgeUnreachable $error) {
            self::assertSame('bridge-too-slow', $error->messageCode);
        }

        self::assertLessThan(self::CONNECT_SECONDS, microtime(true) - $start);
    }

    public function testSilenceOnAConnectionThatIsUsedAgainIsTooSlow(): void
    {
        $transport = new CurlTransport();
        $url = BridgeUrl::parse(RunningBridge::told('IMPOSTOR_URL'));
        $transport->send($url, new HttpRequest('POST', '/echo', [], '{}', 5));

        $this->expectExceptionObject(new BridgeUnreachable('bridge-too-slow'));

        $transport->send($url, new HttpRequest('GET', '/silent/v1/info', [], null, 1));
    }

    public function testABodyIsSentAsItIs(): void
    {
        $body = json_encode(['token' => "ż\u{2028}/\"\\" . str_repeat('x', 100_000)], JSON_THROW_ON_ERROR);

        $answer = (new CurlTransport())->send(
            BridgeUrl::parse(RunningBridge::told('IMPOSTOR_URL')),
            new HttpRequest('POST', '/echo', ['Content-Type' => 'application/json'], $body, 5),
        );

        self::assertSame(200, $answer->status);
        self::assertSame('application/json', $answer->mediaType());
        self::assertSame($body, $answer->body);
    }
}
