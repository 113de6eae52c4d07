<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Certificate\CertificateName;
use PHPUnit\Framework\TestCase;

/**
 * What a certificate's successor is called.
 */
final class SuccessorNameTest extends TestCase
{
    /**
     * @dataProvider names
     */
    public function testHasTheDayAtItsEnd(string $name, string $expected): void
    {
        self::assertSame($expected, CertificateName::ofSuccessor($name, 'wniosek 2028-10-26'));
    }

    public static function names(): iterable
    {
        yield ['Faktury offline Zażółć', 'Faktury offline Zażółć wniosek 2028-10-26'];
        yield ['Faktury offline 2026-11-26', 'Faktury offline wniosek 2028-10-26'];
        yield ['Faktury offline wniosek 2026-11-26', 'Faktury offline wniosek 2028-10-26'];
        yield ['Faktury_requested_2026-11-26', 'Faktury wniosek 2028-10-26'];
        yield ['Firma (Offline, do 2028-11-25)', 'Firma Offline wniosek 2028-10-26'];
        yield ['Firma (Offline, until 2028-11-25)', 'Firma Offline wniosek 2028-10-26'];
        yield ['Albedo 2028-11-25', 'Albedo wniosek 2028-10-26'];
        yield ['Firma (Offline, 2028-11-25)', 'Firma Offline wniosek 2028-10-26'];
        yield ["Jan \"Ł\" *Kowalski*\t& s-ka", 'Jan Ł Kowalski s-ka wniosek 2028-10-26'];
        yield ['Faktury 2026-11-26 offline', 'Faktury 2026-11-26 offline wniosek 2028-10-26'];
        yield ['Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ', 'Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ wniosek 2028-10-26'];
        yield ["Firma \xFF offline", 'Firma offline wniosek 2028-10-26'];
        yield ["\xFF", 'wniosek 2028-10-26'];
        yield ['', 'wniosek 2028-10-26'];
        yield ['2026-11-26', 'wniosek 2028-10-26'];
        yield [str_repeat('ż', 255), str_repeat('ż', 81) . ' wniosek 2028-10-26'];
        yield [str_repeat('ż', 80) . ' ab', str_repeat('ż', 80) . ' wniosek 2028-10-26'];
    }

    /**
     * @dataProvider names
     */
    public function testIsWhatKsefTakes(string $name): void
    {
        self::assertNull(CertificateName::refusal(CertificateName::ofSuccessor($name, 'requested 2028-10-26')));
    }
}
