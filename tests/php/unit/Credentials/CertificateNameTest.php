<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateName;
use PHPUnit\Framework\TestCase;

/**
 * The name of a certificate that nobody named.
 */
final class CertificateNameTest extends TestCase
{
    /**
     * @dataProvider subjects
     */
    public function testSuggests(string $subject, string $type, string $name): void
    {
        self::assertSame($name, CertificateName::suggest(self::facts($subject), $type, 'until 2028-11-25'));
    }

    public static function subjects(): iterable
    {
        yield ['CN=Firma,O=Firma sp. z o.o.,C=PL', 'Offline', 'Firma Offline until 2028-11-25'];
        yield ['C=PL,CN=Jan Kowalski', '', 'Jan Kowalski until 2028-11-25'];
        yield ['2.5.4.5=PNOPL-1+CN=Jan,C=PL', 'Offline', 'Jan Offline until 2028-11-25'];
        yield ['CN=A\\, B \\"C\\" \\\\ \\+,C=PL', '', 'A, B "C" \\ + until 2028-11-25'];
        yield ['CN=\\C5\\81ukasz,C=PL', '', 'Łukasz until 2028-11-25'];
        yield ['CN=\\FF,C=PL', '', '? until 2028-11-25'];
        yield ['O=XCN=nothing,C=PL', '', '5265877635 until 2028-11-25'];
        yield ['', '', '5265877635 until 2028-11-25'];
    }

    public function testFitsIntoTheField(): void
    {
        $name = CertificateName::suggest(self::facts('CN=' . str_repeat('ż', 400)), 'Authentication', 'until 2028-11-25');

        self::assertSame(255, mb_strlen($name));
        self::assertStringEndsWith('ż Authentication until 2028-11-25', $name);
    }

    private static function facts(string $subject): CertificateFacts
    {
        return new CertificateFacts(
            'Offline',
            'Ksef',
            'Test',
            '01',
            $subject,
            'CN=TEST CCK KSeF',
            'Nip',
            '5265877635',
            'EC P-256',
            str_repeat('a', 64),
            new DateTimeImmutable('2026-11-25T00:00:00Z'),
            new DateTimeImmutable('2028-11-25T00:00:00Z'),
        );
    }
}
