<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\AccessToken;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Connection\StepStatus;
use Espo\Modules\Ksef\Bridge\Errors\BridgeContractUnsupported;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use KsefTests\FakeTransport;
use PHPUnit\Framework\TestCase;

/**
 * What is asked, in which order, and what the answers are taken for.
 */
final class BridgeClientTest extends TestCase
{
    private const KEY = 'ksefbridge_1234abcd_made-for-this-test';
    private const SECRET = 'secret-of-this-test';
    private const ACCESS_TOKEN = [
        'accessToken' => self::SECRET,
        'validUntil' => '2026-11-25T12:00:00Z',
        'authenticationMethod' => 'Token',
        'sessionReference' => '20261125-AU-1',
    ];
    private const INSPECTED = [
        'facts' => ['referenceNumber' => '20261125-EC-1', 'issuedOn' => null],
        'findings' => [],
        'sealed' => 'ksef1.seal',
    ];

    public function testTheContractIsAskedForOnceAndFirst(): void
    {
        $transport = FakeTransport::fitting(
            FakeTransport::json(self::INSPECTED),
            FakeTransport::json(['sealed' => 'ksef1.new', 'keyId' => 'k', 'changed' => true]),
        );
        $client = $this->client($transport);

        $client->inspectToken(self::SECRET, 'Test', '5265877635', null);
        $client->renewSeal('ksef1.old');

        self::assertSame(['GET /v1/info', 'POST /v1/tokens/inspect', 'POST /v1/seals/renew'], $transport->paths());
    }

    /**
     * @dataProvider lastDays
     */
    public function testTheEndOfTokensIsReadWhereTheBridgeTellsIt(array $told, ?string $lastDay): void
    {
        $transport = new FakeTransport(FakeTransport::json(['version' => '1.0.0', 'contract' => 1] + $told));

        self::assertSame($lastDay, $this->client($transport)->info()->tokensValidUntil);
    }

    public static function lastDays(): iterable
    {
        yield 'an older bridge' => [[], null];
        yield 'a newer one' => [['tokensValidUntil' => '2026-12-31'], '2026-12-31'];
    }

    public function testADayThatIsNoneIsNotRead(): void
    {
        $told = ['version' => '1.0.0', 'contract' => 1, 'tokensValidUntil' => '2026-02-31'];

        $this->expectExceptionMessage('bridge-answer-unreadable');
        $this->client(new FakeTransport(FakeTransport::json($told)))->info();
    }

    public function testASecretDoesNotGoToABridgeOfAnotherContract(): void
    {
        $transport = new FakeTransport(FakeTransport::json(['version' => '9.0.0', 'contract' => 2]));

        try {
            $this->client($transport)->inspectToken(self::SECRET, 'Test', '5265877635', null);
            self::fail('It was sent.');
        } catch (BridgeContractUnsupported $error) {
            self::assertSame('contract-unsupported', $error->messageCode);
            self::assertSame(['caller' => 1, 'bridge' => 2], $error->params);
        }

        self::assertSame(['GET /v1/info'], $transport->paths());
    }

    public function testABridgeThatRefusesTheContractDoesNotFit(): void
    {
        $params = ['params' => ['caller' => '1', 'bridge' => 2]];
        $transport = FakeTransport::fitting(FakeTransport::problem(400, 'contract-unsupported', $params));

        $this->expectException(BridgeContractUnsupported::class);

        $this->client($transport)->renewSeal('ksef1.old');
    }

    /**
     * @dataProvider languages
     */
    public function testEveryRequestSaysWhoAsksAndInWhichLanguage(string $language, string $sent): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['ready' => true, 'dependencies' => (object) []]));

        $this->client($transport, language: $language)->ready();

        foreach ($transport->requests as $request) {
            self::assertSame('Bearer ' . self::KEY, $request->headers['Authorization']);
            self::assertSame($sent, $request->headers['Accept-Language']);
            self::assertSame('1', $request->headers['X-KSeF-Contract']);
            self::assertMatchesRegularExpression('/^[0-9a-f]{32}$/', $request->headers['X-Request-Id']);
        }

        $ids = array_map(static fn ($request): string => $request->headers['X-Request-Id'], $transport->requests);
        self::assertCount(2, array_unique($ids));
    }

    /**
     * @dataProvider sites
     */
    public function testEveryRequestSaysFromWhichEspoCrmItComes(string $siteUrl, ?string $sent): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['ready' => true, 'dependencies' => (object) []]));
        $settings = new BridgeSettings('http://127.0.0.1:8970', self::KEY, 'pl_PL', $siteUrl);

        (new BridgeClient($settings, $transport))->ready();

        self::assertCount(2, $transport->requests);

        foreach ($transport->requests as $request) {
            self::assertSame($sent, $request->headers['X-EspoCRM-Site'] ?? null);
        }
    }

    public static function sites(): iterable
    {
        yield 'as it is set' => ['https://crm.example.pl:8443/espo/', 'https://crm.example.pl:8443/espo/'];
        yield 'with Polish letters' => ['https://crm.żółw.pl', 'https://crm.%C5%BC%C3%B3%C5%82w.pl'];
        yield 'what would be a header of its own' => ["https://a.pl\r\nX-A: b", 'https://a.pl%0D%0AX-A:%20b'];
        yield 'not set' => ['', null];
        yield 'blank' => [' ', null];
    }

    public static function languages(): iterable
    {
        yield ['pl_PL', 'pl'];
        yield ['en_US', 'en'];
        yield ['de_DE', 'en'];
    }

    public function testATokenIsSentWithItsContext(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(self::INSPECTED), FakeTransport::json(self::INSPECTED));
        $client = $this->client($transport);

        $inspection = $client->inspectToken(self::SECRET, 'Test', '5265877635', '5265877635-12346');
        $client->inspectToken(self::SECRET, 'Demo', '5265877635', null);

        self::assertSame('20261125-EC-1', $inspection->referenceNumber);
        self::assertSame('ksef1.seal', $inspection->seal);
        self::assertSame(
            [
                'token' => self::SECRET,
                'environment' => 'Test',
                'nip' => '5265877635',
                'internalId' => '5265877635-12346',
            ],
            json_decode((string) $transport->requests[1]->body, true),
        );
        self::assertArrayNotHasKey('internalId', json_decode((string) $transport->requests[2]->body, true));
    }

    public function testFilesAreSentAsTheyAre(): void
    {
        $finding = ['code' => 'private-key-missing', 'severity' => 'error', 'field' => 'files'];
        $findings = [$finding + ['params' => (object) [], 'message' => 'No key.']];
        $answer = ['facts' => null, 'findings' => $findings, 'certificatePem' => null, 'privateKeySealed' => null];
        $transport = FakeTransport::fitting(FakeTransport::json($answer));

        $inspection = $this->client($transport)->inspectCertificate(
            [new UploadedFile('ż.crt', "\x00\xff\n"), new UploadedFile('b.key', '')],
            self::SECRET,
            'Offline',
            null,
        );

        self::assertSame('private-key-missing', $inspection->errors()[0]->code);
        self::assertSame(
            [
                'files' => [
                    ['name' => 'ż.crt', 'content' => base64_encode("\x00\xff\n")],
                    ['name' => 'b.key', 'content' => ''],
                ],
                'password' => self::SECRET,
                'expectedType' => 'Offline',
            ],
            json_decode((string) $transport->requests[1]->body, true),
        );
    }

    public function testTheCertificateThatIsMeantIsNamed(): void
    {
        $answer = ['facts' => null, 'findings' => [self::missingKey()], 'certificatePem' => null];
        $transport = FakeTransport::fitting(FakeTransport::json($answer));

        $this->client($transport)->inspectCertificate([], null, null, 'Test', 'ab12');

        self::assertSame(
            ['files' => [], 'environment' => 'Test', 'fingerprint' => 'ab12'],
            json_decode((string) $transport->requests[1]->body, true),
        );
    }

    public function testFilesAreSorted(): void
    {
        $facts = ['type' => 'Offline', 'kind' => 'Ksef', 'environment' => null, 'serialNumber' => '01', 'subjectName' => 's',
            'issuerName' => 'i', 'identifierType' => 'Nip', 'identifierValue' => '5265877635', 'keyAlgorithm' => 'EC P-256',
            'fingerprint' => 'ab12', 'validFrom' => '2026-11-25T12:00:00Z', 'validTo' => '2028-11-25T12:00:00Z'];
        $found = ['certificateFile' => 'a.crt', 'keyFile' => 'p.zip/a.key', 'facts' => $facts, 'findings' => []];
        $left = ['params' => (object) ['file' => '1']] + self::missingKey();
        $transport = FakeTransport::fitting(FakeTransport::json(['certificates' => [$found], 'leftOver' => [$left]]));

        $sorting = $this->client($transport)->sortCertificates(
            [new UploadedFile('a.crt', "\x00")],
            null,
            ['p.zip/a.key' => self::SECRET, '1' => 'one'],
            'Test',
        );

        self::assertSame('p.zip/a.key', $sorting->certificates[0]->keyFile);
        self::assertSame('Offline', $sorting->certificates[0]->facts->type);
        self::assertSame([], $sorting->certificates[0]->errors());
        self::assertSame(['file' => '1'], $sorting->leftOver[0]->params);
        self::assertSame('POST /v1/certificates/sort', $transport->paths()[1]);
        self::assertSame(
            [
                'files' => [['name' => 'a.crt', 'content' => base64_encode("\x00")]],
                'passwords' => [
                    ['file' => 'p.zip/a.key', 'password' => self::SECRET],
                    ['file' => '1', 'password' => 'one'],
                ],
                'environment' => 'Test',
            ],
            json_decode((string) $transport->requests[1]->body, true),
        );
    }

    /**
     * @return array<string, mixed>
     */
    private static function missingKey(): array
    {
        return ['code' => 'private-key-missing', 'severity' => 'error', 'field' => 'files', 'params' => (object) [],
            'message' => 'No key.'];
    }

    public function testATestMayTakeLongerThanOtherCalls(): void
    {
        $step = ['name' => 'login', 'status' => 'failed', 'durationMs' => 7, 'code' => 'ksef-no-permissions',
            'params' => ['nip' => '5265877635'], 'message' => 'No rights.'];
        $transport = FakeTransport::fitting(
            FakeTransport::json(['ok' => false, 'steps' => [$step], 'permissions' => []]),
        );

        $test = $this->client($transport)->connectionTest('6b07/../x');

        self::assertFalse($test->isOk);
        self::assertSame(StepStatus::Failed, $test->steps[0]->status);
        self::assertSame('ksef-no-permissions', $test->decisiveStep()?->code);
        self::assertSame('/v1/profiles/6b07%2F..%2Fx/connection-test', $transport->requests[1]->path);
        self::assertSame('{}', $transport->requests[1]->body);
        self::assertSame(15, $transport->requests[0]->timeout);
        self::assertSame(60, $transport->requests[1]->timeout);
    }

    public function testAnAccessTokenIsHandedOut(): void
    {
        $transport = new FakeTransport(FakeTransport::json(self::ACCESS_TOKEN));

        $token = $this->client($transport)->accessToken('6b07', true);

        self::assertInstanceOf(AccessToken::class, $token);
        self::assertSame(self::SECRET, $token->token);
        self::assertSame('2026-11-25T12:00:00+00:00', $token->validUntil->format(DATE_ATOM));
        self::assertSame('{"forceRefresh":true}', $transport->requests[0]->body);
    }

    public function testAnAccessTokenIsAskedForAtOnceAndAllowsNoSecretAfterIt(): void
    {
        $transport = new FakeTransport(
            FakeTransport::json(self::ACCESS_TOKEN),
            FakeTransport::json(['version' => '9.0.0', 'contract' => 2]),
        );
        $client = $this->client($transport);

        $client->accessToken('6b07');

        try {
            $client->inspectToken(self::SECRET, 'Test', '5265877635', null);
            self::fail('It was sent.');
        } catch (BridgeContractUnsupported) {
        }

        self::assertSame(['POST /v1/profiles/6b07/access-token', 'GET /v1/info'], $transport->paths());
        self::assertSame('1', $transport->requests[0]->headers['X-KSeF-Contract']);
    }

    public function testABridgeOfAnotherContractRefusesTheCallForAnAccessToken(): void
    {
        $params = ['params' => ['caller' => '1', 'bridge' => 2]];
        $transport = new FakeTransport(FakeTransport::problem(400, 'contract-unsupported', $params));

        $this->expectException(BridgeContractUnsupported::class);

        $this->client($transport)->accessToken('6b07');
    }

    public function testACompanyIsAskedForByItsNip(): void
    {
        $told = [
            'name' => 'Zakład Wiśniewska S.A.',
            'address' => 'PROSTA 49, 00-838 WARSZAWA',
            'regon' => '526587765',
            'krsNumber' => null,
            'vatStatus' => 'Active',
            'asOf' => '2026-11-29',
        ];
        $transport = FakeTransport::fitting(FakeTransport::json($told));

        self::assertSame($told, get_object_vars($this->client($transport)->company('52/..')));
        self::assertSame('GET /v1/companies/52%2F..', $transport->paths()[1]);
    }

    public function testACompanyAsOfNoDayIsNotRead(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['name' => 'A', 'asOf' => null]));

        $this->expectExceptionMessage('bridge-answer-unreadable');
        $this->client($transport)->company('5265877635');
    }

    public function testABridgeThatIsNotReadyIsAnAnswer(): void
    {
        $answer = ['ready' => false, 'dependencies' => ['espocrmDatabase' => 'unreachable', 'stateDatabase' => 'ok']];
        $readiness = $this->client(FakeTransport::fitting(FakeTransport::json($answer, 503)))->ready();

        self::assertFalse($readiness->isReady);
        self::assertSame('unreachable', $readiness->dependencies['espocrmDatabase']);
    }

    public function testSessionsThatWereEndedAreNamed(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['revoked' => ['20261125-AU-1']]));

        self::assertSame(['20261125-AU-1'], $this->client($transport)->revokeSessions('6b07'));
        self::assertSame('DELETE /v1/profiles/6b07/sessions', $transport->paths()[1]);
        self::assertNull($transport->requests[1]->body);
    }

    /**
     * @dataProvider patience
     */
    public function testNobodyWaitsLongerForSessionsToEndThanIsSaid(?int $timeout, int $seconds): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['revoked' => []]));

        $this->client($transport)->revokeSessions('6b07', $timeout);

        self::assertSame([$seconds, $seconds], array_column($transport->requests, 'timeout'));
    }

    public static function patience(): iterable
    {
        yield 'as for any call' => [null, 15];
        yield 'while somebody saves' => [3, 3];
    }

    private function client(FakeTransport $transport, string $language = 'pl_PL'): BridgeClient
    {
        return new BridgeClient(new BridgeSettings('http://127.0.0.1:8970', self::KEY, $language), $transport);
    }
}
