<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeKeyRefused;
use Espo\Modules\Ksef\Bridge\Errors\BridgeNotConfigured;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUrlNotAllowed;
use Espo\Modules\Ksef\Bridge\Http\HttpAnswer;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use KsefTests\FakeTransport;
use PHPUnit\Framework\TestCase;

/**
 * What else comes back from the bridge's address, and what it is taken for.
 */
final class BridgeFailuresTest extends TestCase
{
    private const KEY = 'ksefbridge_1234abcd_made-for-this-test';
    private const SECRET = 'secret-of-this-test';
    private const INSPECTED = [
        'facts' => ['referenceNumber' => '20261125-EC-1', 'issuedOn' => null],
        'findings' => [],
        'sealed' => 'ksef1.seal',
    ];

    public function testAProblemIsTakenApart(): void
    {
        $params = ['params' => ['retryAfter' => 7]];
        $problem = FakeTransport::problem(503, 'ksef-rate-limited', $params, ['retry-after' => '7']);

        try {
            $this->client(new FakeTransport($problem))->accessToken('6b07');
            self::fail('It is a problem.');
        } catch (BridgeProblem $error) {
            self::assertSame(503, $error->status);
            self::assertSame('ksef-rate-limited', $error->messageCode);
            self::assertSame(['retryAfter' => 7], $error->params);
            self::assertSame('Text of ksef-rate-limited.', $error->detail);
            self::assertSame(7, $error->retryAfter);
            self::assertMatchesRegularExpression('/^[0-9a-f]{32}$/', (string) $error->requestId);
        }
    }

    public function testAKeyThatMadeAllItsCallsIsServedLater(): void
    {
        $problem = FakeTransport::problem(429, 'api-key-rate-exceeded', headers: ['retry-after' => '3']);

        try {
            $this->client(new FakeTransport($problem))->accessToken('6b07');
            self::fail('It is a problem.');
        } catch (BridgeProblem $error) {
            self::assertTrue($error->isUnavailable());
            self::assertSame(3, $error->retryAfter);
        }
    }

    /**
     * @dataProvider refusals
     */
    public function testARefusedKeyIsNamedAsSuch(int $status, string $code): void
    {
        $this->expectExceptionObject(new BridgeKeyRefused($code));

        $this->client(new FakeTransport(FakeTransport::problem($status, $code)))->info();
    }

    public static function refusals(): iterable
    {
        yield [401, 'api-key-unknown'];
        yield [403, 'api-key-scope-missing'];
        yield [403, 'api-key-of-other-profiles'];
    }

    /**
     * @dataProvider rubbish
     */
    public function testRubbishIsNamedAsSuch(HttpAnswer $answer): void
    {
        $this->expectExceptionObject(new BridgeAnswerUnreadable('bridge-answer-unreadable'));

        $this->client(FakeTransport::fitting($answer))->inspectToken(self::SECRET, 'Test', '5265877635', null);
    }

    public static function rubbish(): iterable
    {
        $finding = ['code' => 'a-b', 'severity' => 'warning', 'field' => null];
        $finding += ['params' => (object) [], 'message' => ''];

        yield 'a page' => [new HttpAnswer(200, ['content-type' => 'text/html; charset=utf-8'], '<html>')];
        yield 'a page that calls itself JSON' => [
            new HttpAnswer(200, ['content-type' => 'application/json'], '<html>'),
        ];
        yield 'no content type' => [new HttpAnswer(200, [], '{}')];
        yield 'cut off' => [new HttpAnswer(200, ['content-type' => 'application/json'], '{"facts":')];
        yield 'a list' => [FakeTransport::json([])];
        yield 'nothing' => [FakeTransport::json((object) [])];
        yield 'findings that are none' => [FakeTransport::json(['findings' => 'none'] + self::INSPECTED)];
        yield 'a finding that is none' => [FakeTransport::json(['findings' => ['x']] + self::INSPECTED)];
        yield 'no facts' => [FakeTransport::json(['facts' => null] + self::INSPECTED)];
        yield 'no seal, and nothing wrong' => [FakeTransport::json(['sealed' => null] + self::INSPECTED)];
        yield 'a seal that is none' => [FakeTransport::json(['sealed' => 7] + self::INSPECTED)];
        yield 'a severity nobody knows' => [FakeTransport::json(
            ['findings' => [['severity' => 'fatal'] + $finding]] + self::INSPECTED,
        )];
        yield 'parameters that are lists' => [FakeTransport::json(
            ['findings' => [['params' => (object) ['a' => ['b']]] + $finding]] + self::INSPECTED,
        )];
        yield 'a redirect' => [new HttpAnswer(302, ['location' => 'https://example.com'], '')];
        yield 'an error page' => [new HttpAnswer(502, ['content-type' => 'text/html'], '<h1>Bad Gateway</h1>')];
        yield 'a sign-in page' => [new HttpAnswer(401, ['content-type' => 'text/html'], 'Sign in')];
        yield 'a problem without a code' => [new HttpAnswer(
            500,
            ['content-type' => 'application/problem+json'],
            '{"title": "Error"}',
        )];
        yield 'too deep' => [new HttpAnswer(200, ['content-type' => 'application/json'], str_repeat('{"a":', 40))];
    }

    /**
     * @dataProvider unusable
     */
    public function testNothingIsSentWithUnusableSettings(string $url, string $key, string $class, string $code): void
    {
        $transport = new FakeTransport();

        try {
            (new BridgeClient(new BridgeSettings($url, $key, 'en_US'), $transport))->info();
            self::fail('It was sent.');
        } catch (BridgeException $error) {
            self::assertInstanceOf($class, $error);
            self::assertSame($code, $error->messageCode);
        }

        self::assertSame([], $transport->requests);
    }

    public static function unusable(): iterable
    {
        $url = 'http://127.0.0.1:8970';

        yield 'neither' => ['', '', BridgeNotConfigured::class, 'bridge-not-configured'];
        yield 'no URL' => ['', self::KEY, BridgeNotConfigured::class, 'bridge-not-configured'];
        yield 'blank URL' => [" \n", self::KEY, BridgeNotConfigured::class, 'bridge-not-configured'];
        yield 'no key' => [$url, '', BridgeNotConfigured::class, 'bridge-key-missing'];
        yield 'a header in the key' => [$url, "a\r\nX: y", BridgeNotConfigured::class, 'bridge-key-malformed'];
        yield 'a letter in the key' => [$url, 'klucz-ą', BridgeNotConfigured::class, 'bridge-key-malformed'];
        yield 'URL not allowed' => [
            'http://example.com',
            self::KEY,
            BridgeUrlNotAllowed::class,
            'bridge-url-not-allowed',
        ];
    }

    public function testBlanksAroundTheSettingsArePassedOver(): void
    {
        $transport = FakeTransport::fitting();

        $settings = new BridgeSettings(' http://127.0.0.1:1 ', self::KEY . "\n", 'en_US');
        (new BridgeClient($settings, $transport))->info();

        self::assertSame('http://127.0.0.1:1', $transport->urls[0]->base);
        self::assertSame('Bearer ' . self::KEY, $transport->requests[0]->headers['Authorization']);
    }

    public function testATokenThatIsNoTextIsNotSent(): void
    {
        $transport = FakeTransport::fitting();

        try {
            $this->client($transport)->inspectToken("\xff" . self::SECRET, 'Test', '5265877635', null);
            self::fail('It was sent.');
        } catch (BridgeProblem $error) {
            self::assertSame('request-malformed', $error->messageCode);
            self::assertStringNotContainsString(self::SECRET, (string) $error);
        }
    }

    public function testNoSecretStandsInWhatMayBeLogged(): void
    {
        $transport = FakeTransport::fitting(new HttpAnswer(200, [], 'body ' . self::SECRET));
        $client = $this->client($transport);

        try {
            $client->inspectCertificate([new UploadedFile('a.key', self::SECRET)], self::SECRET, null, null);
            self::fail('The answer is rubbish.');
        } catch (BridgeAnswerUnreadable $error) {
            self::assertStringNotContainsString(self::SECRET, $error->getMessage() . $error->getTraceAsString());
        }

        foreach ([$client, $transport->requests[1], new UploadedFile('a.key', self::SECRET)] as $object) {
            ob_start();
            var_dump($object);
            $dump = (string) ob_get_clean();

            self::assertStringNotContainsString(self::SECRET, $dump);
            self::assertStringNotContainsString(self::KEY, $dump);
        }
    }

    private function client(FakeTransport $transport): BridgeClient
    {
        return new BridgeClient(new BridgeSettings('http://127.0.0.1:8970', self::KEY, 'pl_PL'), $transport);
    }
}
