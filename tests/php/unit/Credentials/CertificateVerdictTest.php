<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateVerdict;
use Espo\Modules\Ksef\Messages\RecordLink;
use PHPUnit\Framework\TestCase;

/**
 * What is the end of a certificate, and what is not, whoever says it.
 */
final class CertificateVerdictTest extends TestCase
{
    private const NOW = '2026-11-25T12:00:00Z';
    private const PAST = '2025-11-25T12:00:00Z';
    private const BEFORE = '2026-11-25T11:59:59Z';
    private const SOON = '2026-11-26T12:00:00Z';
    private const LATER = '2027-11-25T12:00:00Z';

    /**
     * @dataProvider refusals
     * @param array<string, string> $params
     */
    public function testARefusal(
        string $code,
        array $params,
        string $kind,
        string $validFrom,
        string $validTo,
        ?string $status,
    ): void {

        $verdict = CertificateVerdict::ofRefusal($code, $params);
        $record = self::record('Active', $validTo, $kind, validFrom: $validFrom);

        self::assertSame($status, $verdict?->status($record, new DateTimeImmutable(self::NOW)));
    }

    public static function refusals(): iterable
    {
        [$past, $before, $soon, $later] = [self::PAST, self::BEFORE, self::SOON, self::LATER];

        yield 'revoked' => ['ksef-certificate-revoked', [], 'Ksef', $past, $later, 'Revoked'];
        yield 'revoked by another issuer' => ['ksef-certificate-revoked', [], 'Qualified', $past, $later, 'Revoked'];
        yield 'blocked' => ['ksef-certificate-suspended', [], 'Ksef', $past, $later, 'Blocked'];
        yield 'suspended by another issuer' => ['ksef-certificate-suspended', [], 'Qualified', $past, $later, null];
        yield 'expired' => ['ksef-certificate-not-valid', [], 'Ksef', $past, $before, 'Expired'];
        yield 'expired, of another issuer' => ['ksef-certificate-not-valid', [], 'Qualified', $past, $before, 'Expired'];
        yield 'shortened' => ['ksef-certificate-not-valid', [], 'Ksef', $past, $later, 'Expired'];
        yield 'not valid yet' => ['ksef-certificate-not-valid', [], 'Ksef', $soon, $later, null];
        yield 'of another issuer' => ['ksef-certificate-not-valid', [], 'Qualified', $past, $later, null];
        yield 'listed as blocked' => ['ksef-certificate-not-active', ['status' => 'Blocked'], 'Ksef', $past, $later, 'Blocked'];
        yield 'unknown status' => ['ksef-certificate-not-active', ['status' => 'Paused'], 'Ksef', $past, $later, null];
        yield 'expired offline' => ['offline-certificate-expired', [], 'Ksef', $past, $before, 'Expired'];
        yield 'by another clock' => ['offline-certificate-expired', [], 'Ksef', $past, $later, null];
        yield 'something else' => ['ksef-no-permissions', [], 'Ksef', $past, $before, null];
    }

    public function testAtWhichUseItWasRefused(): void
    {
        self::assertSame(
            CertificateUse::Authorization,
            CertificateVerdict::ofRefusal('ksef-certificate-revoked', [])?->use,
        );
        self::assertSame(
            CertificateUse::Offline,
            CertificateVerdict::ofRefusal('offline-certificate-expired', [])?->use,
        );
        self::assertNull(CertificateVerdict::ofRefusal('ksef-unreachable', []));
    }

    public function testACertificateWithoutAnEndDoesNotExpire(): void
    {
        $record = self::record('Active', null, 'Qualified');

        foreach ([CertificateVerdict::ofRefusal('ksef-certificate-not-valid', []), CertificateVerdict::ofDates()] as $verdict) {
            self::assertNull($verdict?->status($record, new DateTimeImmutable()));
        }
    }

    /**
     * @dataProvider statuses
     */
    public function testTheListOfKsef(string $listed, string $recorded, bool $isOver, ?string $written): void
    {
        $record = self::record($recorded, $isOver ? self::BEFORE : self::LATER);
        $status = CertificateVerdict::ofList($listed)->status($record, new DateTimeImmutable(self::NOW));

        self::assertSame($written, $status === $recorded ? null : $status);
    }

    public static function statuses(): iterable
    {
        foreach (['Blocked', 'Revoked', 'Expired'] as $ended) {
            yield "$ended over Active" => [$ended, 'Active', false, $ended];
            yield "$ended over Inactive" => [$ended, 'Inactive', false, $ended === 'Blocked' ? null : $ended];
            yield "$ended already" => [$ended, $ended, false, null];
            yield "active again after $ended" => ['Active', $ended, false, 'Active'];
            yield "time is over, $ended" => ['Active', $ended, true, null];
        }

        yield 'as it was' => ['Active', 'Active', false, null];
        yield 'switched off by hand' => ['Active', 'Inactive', false, null];
        yield 'revoked after it was blocked' => ['Revoked', 'Blocked', false, 'Revoked'];
        yield 'a word of tomorrow' => ['Paused', 'Active', false, null];
        yield 'still awaited' => ['Revoked', 'Requested', false, null];
    }

    public function testWithoutItsKeyItIsNotActiveAgain(): void
    {
        $record = self::record('Blocked', self::LATER, hasPrivateKey: false);
        $status = CertificateVerdict::ofList('Active')->status($record, new DateTimeImmutable(self::NOW));

        self::assertSame('Inactive', $status);
    }

    /**
     * @dataProvider dates
     */
    public function testDates(string $recorded, string $validTo, ?string $status): void
    {
        $found = CertificateVerdict::ofDates()->status(
            self::record($recorded, $validTo),
            new DateTimeImmutable(self::NOW),
        );

        self::assertSame($status, $found);
    }

    public static function dates(): iterable
    {
        foreach (['Active', 'Inactive', 'Blocked'] as $recorded) {
            yield "$recorded, over" => [$recorded, self::BEFORE, 'Expired'];
            yield "$recorded, not over" => [$recorded, self::LATER, null];
        }

        yield 'revoked for good' => ['Revoked', self::BEFORE, null];
        yield 'still awaited' => ['Requested', self::BEFORE, null];
    }

    /**
     * @dataProvider revocations
     */
    public function testARevocation(string $answered, string $status): void
    {
        $record = self::record('Active', self::LATER);

        self::assertSame(
            $status,
            CertificateVerdict::ofRevocation($answered)->status($record, new DateTimeImmutable(self::NOW)),
        );
    }

    public static function revocations(): iterable
    {
        yield 'done' => ['Revoked', 'Revoked'];
        yield 'under way' => ['Blocked', 'Blocked'];
        yield 'over meanwhile' => ['Expired', 'Expired'];
        yield 'a word of tomorrow' => ['Withdrawn', 'Blocked'];
    }

    private static function record(
        string $status,
        ?string $validTo,
        string $kind = 'Ksef',
        bool $hasPrivateKey = true,
        string $validFrom = self::PAST,
    ): CertificateRecord {

        return new CertificateRecord(
            new RecordLink('KsefCertificate', '1', 'Sklep'),
            $status,
            'Authentication',
            $kind,
            'Production',
            $validTo === null ? null : new DateTimeImmutable($validTo),
            $hasPrivateKey,
            validFrom: new DateTimeImmutable($validFrom),
        );
    }
}
