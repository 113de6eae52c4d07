<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\RecordLink;
use PHPUnit\Framework\TestCase;

/**
 * Which certificate goes into which field of which profile.
 */
final class CertificateUseTest extends TestCase
{
    private const NOW = '2026-11-25T12:00:00Z';

    /**
     * @dataProvider cases
     * @param array<string, mixed> $change
     */
    public function testRefusal(CertificateUse $use, array $change, string $environment, ?string $code): void
    {
        $refusal = $use->refusal(self::certificate(...$change), $environment, new DateTimeImmutable(self::NOW));

        self::assertSame($code, $refusal?->code);
        self::assertSame($code === null ? null : $use->value, $refusal?->field);
    }

    public static function cases(): iterable
    {
        $login = CertificateUse::Authorization;
        $offline = CertificateUse::Offline;
        $isOffline = ['type' => 'Offline'];
        $qualified = ['kind' => 'Qualified', 'environment' => ''];
        $testOrDemo = ['environment' => ''];
        $selfSigned = ['kind' => 'SelfSigned', 'environment' => ''];

        yield [$login, [], 'Test', null];
        yield [$login, $isOffline, 'Test', 'linked-certificate-is-offline'];
        yield [$login, ['type' => ''], 'Test', 'linked-certificate-cannot-authenticate'];
        yield [$login, $qualified, 'Production', null];
        yield [$login, ['type' => ''] + $qualified, 'Test', null];
        yield [$login, ['type' => 'Offline'] + $qualified, 'Demo', null];
        yield [$login, $selfSigned, 'Test', null];
        yield [$login, $selfSigned, 'Demo', 'linked-certificate-self-signed'];
        yield [$login, $selfSigned, 'Production', 'linked-certificate-self-signed'];

        yield [$offline, $isOffline, 'Test', null];
        yield [$offline, [], 'Test', 'linked-certificate-is-authentication'];
        yield [$offline, ['type' => ''], 'Test', 'linked-certificate-not-for-offline'];
        yield [$offline, $isOffline + $qualified, 'Test', 'linked-certificate-not-of-ksef'];

        yield [$login, [], 'Production', 'linked-certificate-of-another-environment'];
        yield [$login, [], 'Demo', 'linked-certificate-of-another-environment'];
        yield [$login, $testOrDemo, 'Test', null];
        yield [$login, $testOrDemo, 'Demo', null];
        yield [$login, $testOrDemo, 'Production', 'linked-certificate-of-another-environment'];
        yield [$offline, $isOffline + $testOrDemo, 'Test', null];
        yield [$offline, $isOffline + $testOrDemo, 'Demo', null];
        yield [$offline, $isOffline + $testOrDemo, 'Production', 'linked-certificate-of-another-environment'];
        yield [$login, ['environment' => 'Demo'], 'Demo', null];
        yield [$login, ['environment' => 'Demo'], 'Test', 'linked-certificate-of-another-environment'];
        yield [$login, ['environment' => 'Production'], 'Test', 'linked-certificate-of-another-environment'];
        yield [$login, ['environment' => 'Production'], 'Demo', 'linked-certificate-of-another-environment'];
        yield [$login, ['environment' => 'Production'], 'Production', null];

        yield [$login, ['status' => 'Inactive'], 'Test', 'linked-certificate-not-active'];
        yield [$login, ['status' => 'Revoked'], 'Test', 'linked-certificate-not-active'];
        yield [$login, ['hasPrivateKey' => false], 'Test', 'linked-certificate-without-key'];
        yield [$login, ['validTo' => '2026-11-25T11:59:59Z'], 'Test', 'linked-certificate-expired'];
        yield [$login, ['validTo' => '2026-11-25T12:00:00Z'], 'Test', null];
    }

    public function testWhereACertificateThatDoesNotTellMayServeIsSaidInWords(): void
    {
        $certificate = self::certificate(environment: '');
        $now = new DateTimeImmutable(self::NOW);
        $refusal = CertificateUse::Authorization->refusal($certificate, 'Production', $now);

        self::assertSame('Test / Demo', $refusal?->params['certificateEnvironment']);
        self::assertSame('Production', $refusal->params['environment']);
    }

    /** @dataProvider holders */
    public function testACertificateOfSomebodyElseIsRemarkedOnAndNeverRefused(
        string $type,
        string $value,
        ?string $code,
    ): void {

        foreach (CertificateUse::cases() as $use) {
            $remark = $use->remark(self::certificate(identifierType: $type, identifierValue: $value), '5265877635');

            self::assertSame($code, $remark?->code);
            self::assertSame($code === null ? null : $use->value, $remark?->field);
            self::assertSame($code === null ? null : Severity::Info, $remark?->severity);
            self::assertSame($code === null ? null : $value, $remark?->params['identifierValue']);
        }
    }

    public function testNobodyIsSomebodyElseAsLongAsNoCompanyIsKnown(): void
    {
        $ofPerson = self::certificate(identifierType: 'Pesel', identifierValue: '85010112345');

        self::assertNull(CertificateUse::Authorization->remark($ofPerson, ''));
    }

    /**
     * @return iterable<array{string, string, ?string}>
     */
    public static function holders(): iterable
    {
        yield ['Nip', '5265877635', null];
        yield ['Nip', '1111111111', 'linked-certificate-of-another-nip'];
        yield ['Pesel', '85010112345', 'linked-certificate-of-a-person'];
        yield ['Fingerprint', str_repeat('a', 64), null];
        yield ['', '', null];
    }

    /** @dataProvider remedies */
    public function testOnlyWhatWasSwitchedOffByHandIsToBeActivated(string $status, string $remedy): void
    {
        $certificate = self::certificate(status: $status);
        $refusal = CertificateUse::Offline->refusal($certificate, 'Test', new DateTimeImmutable(self::NOW));

        self::assertSame($remedy, $refusal?->params['remedy']);
    }

    /**
     * @return iterable<array{string, string}>
     */
    public static function remedies(): iterable
    {
        yield ['Inactive', 'Activate'];
        yield ['Requested', 'Wait'];
        yield ['Revoked', 'Replace'];
        yield ['Blocked', 'Replace'];
        yield ['Expired', 'Replace'];
    }

    private static function certificate(
        string $status = 'Active',
        string $type = 'Authentication',
        string $kind = 'Ksef',
        string $environment = 'Test',
        string $validTo = '2028-11-25T12:00:00Z',
        bool $hasPrivateKey = true,
        string $identifierType = '',
        string $identifierValue = '',
    ): CertificateRecord {

        return new CertificateRecord(
            new RecordLink('KsefCertificate', 'c1', 'Firma'),
            $status,
            $type,
            $kind,
            $environment,
            new DateTimeImmutable($validTo),
            $hasPrivateKey,
            $identifierType,
            $identifierValue,
        );
    }
}
