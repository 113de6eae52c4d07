<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\CertificateRefusal;
use Espo\Modules\Ksef\Credentials\CertificateUse;
use PHPUnit\Framework\TestCase;

/**
 * Which refusals are the end of a certificate, and which are not.
 */
final class CertificateRefusalTest extends TestCase
{
    /**
     * @dataProvider refusals
     * @param array<string, string> $params
     */
    public function testStatus(
        string $code,
        array $params,
        string $kind,
        string $validFrom,
        string $validTo,
        ?string $status,
    ): void {

        $found = CertificateRefusal::status(
            $code,
            $params,
            $kind,
            new DateTimeImmutable($validFrom),
            new DateTimeImmutable($validTo),
            new DateTimeImmutable('2026-11-25T12:00:00Z'),
        );

        self::assertSame($status, $found);
    }

    public static function refusals(): iterable
    {
        $past = '2025-11-25T12:00:00Z';
        $soon = '2026-11-26T12:00:00Z';
        $later = '2027-11-25T12:00:00Z';
        $before = '2026-11-25T11:59:59Z';

        yield 'revoked' => ['ksef-certificate-revoked', [], 'Ksef', $past, $later, 'Revoked'];
        yield 'revoked by another issuer' => ['ksef-certificate-revoked', [], 'Qualified', $past, $later, 'Revoked'];
        yield 'blocked' => ['ksef-certificate-suspended', [], 'Ksef', $past, $later, 'Blocked'];
        yield 'suspended by another issuer' => ['ksef-certificate-suspended', [], 'Qualified', $past, $later, null];
        yield 'expired' => ['ksef-certificate-not-valid', [], 'Ksef', $past, $before, 'Expired'];
        yield 'shortened' => ['ksef-certificate-not-valid', [], 'Ksef', $past, $later, 'Expired'];
        yield 'not valid yet' => ['ksef-certificate-not-valid', [], 'Ksef', $soon, $later, null];
        yield 'of another issuer' => ['ksef-certificate-not-valid', [], 'Qualified', $past, $later, null];
        yield 'listed as blocked' => ['ksef-certificate-not-active', ['status' => 'Blocked'], 'Ksef', $past, $later, 'Blocked'];
        yield 'unknown status' => ['ksef-certificate-not-active', ['status' => 'Paused'], 'Ksef', $past, $later, null];
        yield 'expired offline' => ['offline-certificate-expired', [], 'Ksef', $past, $before, 'Expired'];
        yield 'by another clock' => ['offline-certificate-expired', [], 'Ksef', $past, $later, null];
        yield 'something else' => ['ksef-no-permissions', [], 'Ksef', $past, $before, null];
    }

    public function testUse(): void
    {
        self::assertSame(CertificateUse::Authorization, CertificateRefusal::use('ksef-certificate-revoked'));
        self::assertSame(CertificateUse::Offline, CertificateRefusal::use('offline-certificate-expired'));
        self::assertNull(CertificateRefusal::use('ksef-unreachable'));
    }

    public function testACertificateWithoutAnEndDoesNotExpire(): void
    {
        $now = new DateTimeImmutable();

        self::assertNull(CertificateRefusal::status('ksef-certificate-not-valid', [], 'Qualified', null, null, $now));
    }
}
