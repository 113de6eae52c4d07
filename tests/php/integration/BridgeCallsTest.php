<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Connection\StepStatus;
use Espo\Modules\Ksef\Bridge\Errors\BridgeKeyRefused;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use KsefTests\RunningBridge;
use PHPUnit\Framework\TestCase;

/**
 * Every call of the client against a real bridge that logs in to a simulated KSeF.
 */
final class BridgeCallsTest extends TestCase
{
    public function testTheBridgeSaysWhatItIs(): void
    {
        $information = RunningBridge::client()->info();

        self::assertMatchesRegularExpression('/^\d+\.\d+\.\d+$/', $information->version);
        self::assertSame(1, $information->contract);
    }

    public function testTheBridgeIsReady(): void
    {
        $readiness = RunningBridge::client()->ready();

        self::assertTrue($readiness->isReady);
        self::assertSame(['espocrmDatabase' => 'ok', 'stateDatabase' => 'ok'], $readiness->dependencies);
    }

    public function testACompanyIsFoundInTheListOfVatPayers(): void
    {
        $nip = RunningBridge::told('NIP');
        $company = RunningBridge::client()->company($nip);

        self::assertSame("Firma $nip sp. z o.o.", $company->name);
        self::assertSame('Active', $company->vatStatus);

        try {
            RunningBridge::client()->company('5265877636');
            self::fail('A NIP that cannot be was taken.');
        } catch (BridgeProblem $problem) {
            self::assertSame([422, 'company-nip-check-digit'], [$problem->status, $problem->messageCode]);
        }
    }

    public function testATokenIsInspectedAndSealed(): void
    {
        $token = RunningBridge::told('TOKEN');
        $inspection = RunningBridge::client()->inspectToken($token, 'Test', RunningBridge::told('NIP'), null);

        self::assertSame([], $inspection->errors());
        self::assertSame(explode('|', $token)[0], $inspection->referenceNumber);
        self::assertStringStartsWith('ksef1.', (string) $inspection->seal);
    }

    /**
     * @dataProvider languages
     */
    public function testATokenOfAnotherCompanyIsRefusedInTheUsersLanguage(string $language, string $word): void
    {
        $client = RunningBridge::client(language: $language);
        $inspection = $client->inspectToken(RunningBridge::told('TOKEN'), 'Test', '5265877635', '5265877635-12346');

        self::assertNull($inspection->seal);
        self::assertContains('token-not-of-unit', array_column($inspection->errors(), 'code'));
        self::assertStringContainsString($word, $inspection->errors()[0]->fallback);
    }

    public static function languages(): iterable
    {
        yield ['pl_PL', 'Wklej'];
        yield ['en_US', 'Paste'];
        yield ['de_DE', 'Paste'];
    }

    public function testACertificateIsInspectedAndItsKeySealed(): void
    {
        $inspection = RunningBridge::client()->inspectCertificate(
            $this->files('CERTIFICATE', 'KEY'),
            RunningBridge::told('PASSWORD'),
            'Authentication',
            'Test',
        );

        self::assertSame([], $inspection->errors());
        self::assertSame('Authentication', $inspection->facts?->type);
        self::assertSame('Ksef', $inspection->facts->kind);
        self::assertSame(64, strlen($inspection->facts->fingerprint));
        self::assertGreaterThan(new DateTimeImmutable(), $inspection->facts->validTo);
        self::assertStringContainsString('BEGIN CERTIFICATE', (string) $inspection->certificatePem);
        self::assertStringStartsWith('ksef1.', (string) $inspection->privateKeySeal);
    }

    /**
     * @dataProvider refusedFiles
     * @param list<string> $names
     */
    public function testFilesAreRefused(array $names, ?string $password, string $type, string $code): void
    {
        $inspection = RunningBridge::client()->inspectCertificate(
            $this->files(...$names),
            $password ?? RunningBridge::told('PASSWORD'),
            $type,
            'Test',
        );

        self::assertNull($inspection->privateKeySeal);
        self::assertSame([$code], array_column($inspection->errors(), 'code'));
    }

    public static function refusedFiles(): iterable
    {
        yield 'no key' => [['CERTIFICATE'], null, 'Authentication', 'private-key-missing'];
        yield 'no certificate' => [['KEY'], null, 'Authentication', 'certificate-missing'];
        yield 'wrong password' => [['CERTIFICATE', 'KEY'], 'wrong', 'Authentication', 'password-wrong'];
        yield 'no password' => [['CERTIFICATE', 'KEY'], '', 'Authentication', 'password-missing'];
        yield 'other field' => [['CERTIFICATE', 'KEY'], null, 'Offline', 'certificate-is-authentication'];
    }

    public function testASealIsRenewed(): void
    {
        $client = RunningBridge::client();
        $seal = $client->inspectToken(RunningBridge::told('TOKEN'), 'Test', RunningBridge::told('NIP'), null)->seal;
        $renewed = $client->renewSeal((string) $seal);

        self::assertFalse($renewed->isChanged);
        self::assertSame($seal, $renewed->seal);
    }

    public function testWhatIsNoSealIsAProblemThatSaysWhy(): void
    {
        try {
            RunningBridge::client()->renewSeal('not a seal');
            self::fail('It was renewed.');
        } catch (BridgeProblem $problem) {
            self::assertSame(409, $problem->status);
            self::assertSame('seal-unusable', $problem->messageCode);
            self::assertSame(['reason' => 'seal-malformed'], $problem->params);
            self::assertNotSame('', $problem->detail);
        }
    }

    public function testAProfileLogsInAndOut(): void
    {
        $client = RunningBridge::client();
        $profileId = RunningBridge::told('PROFILE_ID');

        $test = $client->connectionTest($profileId);
        self::assertTrue($test->isOk);
        self::assertSame(['InvoiceRead', 'InvoiceWrite'], $test->permissions);
        self::assertSame('login', $test->steps[4]->name);
        self::assertSame(StepStatus::Ok, $test->steps[4]->status);

        $token = $client->accessToken($profileId);
        self::assertSame('Token', $token->authenticationMethod);
        self::assertGreaterThan(new DateTimeImmutable('+1 minute'), $token->validUntil);
        self::assertSame($token->sessionReference, $client->accessToken($profileId)->sessionReference);

        self::assertSame([$token->sessionReference], $client->revokeSessions($profileId));
        self::assertSame([], $client->revokeSessions($profileId));
    }

    public function testAProfileWithoutACredentialFailsInItsTest(): void
    {
        $test = RunningBridge::client()->connectionTest(RunningBridge::told('EMPTY_PROFILE_ID'));

        self::assertFalse($test->isOk);
        self::assertSame('token-not-set', $test->decisiveStep()?->code);
        self::assertSame(StepStatus::Skipped, $test->steps[2]->status);
    }

    /**
     * @dataProvider problems
     */
    public function testAProblemCarriesItsCode(string $profile, int $status, string $code): void
    {
        try {
            RunningBridge::client()->accessToken($profile === '' ? 'nobody' : RunningBridge::told($profile));
            self::fail('There is no token.');
        } catch (BridgeProblem $problem) {
            self::assertSame($status, $problem->status);
            self::assertSame($code, $problem->messageCode);
        }
    }

    public static function problems(): iterable
    {
        yield ['EMPTY_PROFILE_ID', 409, 'token-not-set'];
        yield ['', 404, 'profile-not-found'];
    }

    public function testAnUnknownKeyIsRefused(): void
    {
        $this->expectExceptionObject(new BridgeKeyRefused('api-key-unknown'));

        RunningBridge::client(apiKey: 'ksefbridge_00000000_nobody')->info();
    }

    public function testAKeyWithoutTheScopeIsRefused(): void
    {
        $this->expectExceptionObject(new BridgeKeyRefused('api-key-scope-missing', ['scope' => 'administer']));

        RunningBridge::client(apiKey: RunningBridge::told('TOKEN_KEY'))->connectionTest('nobody');
    }

    /**
     * @return list<UploadedFile>
     */
    private function files(string ...$names): array
    {
        return array_map(
            static fn (string $name): UploadedFile => new UploadedFile(
                basename(RunningBridge::told($name)),
                (string) file_get_contents(RunningBridge::told($name)),
            ),
            array_values($names),
        );
    }
}
