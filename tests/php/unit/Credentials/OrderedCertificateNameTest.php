<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Certificate\CertificateName;
use PHPUnit\Framework\TestCase;

/**
 * Names of certificates that KSeF takes.
 */
final class OrderedCertificateNameTest extends TestCase
{
    /**
     * @dataProvider taken
     */
    public function testIsTaken(string $name): void
    {
        self::assertNull(CertificateName::refusal($name));
    }

    public static function taken(): iterable
    {
        yield ['Kasa1'];
        yield ['Główna kasa_fiskalna - Łódź 2'];
        yield ['ąćęłńóśźżĄĆĘŁŃÓŚŹŻ'];
        yield [str_repeat('ż', 100)];
    }

    /**
     * @dataProvider lengths
     */
    public function testTooShortOrTooLong(string $name, int $length): void
    {
        $refusal = CertificateName::refusal($name);

        self::assertSame('enrolment-name-length', $refusal?->code);
        self::assertSame(['length' => $length, 'least' => 5, 'most' => 100], $refusal->params);
        self::assertSame('name', $refusal->field);
    }

    public static function lengths(): iterable
    {
        yield ['', 0];
        yield ['Łódź', 4];
        yield [str_repeat('ż', 101), 101];
    }

    /**
     * @dataProvider characters
     */
    public function testOtherCharactersAreNamed(string $name, string $characters): void
    {
        $refusal = CertificateName::refusal($name);

        self::assertSame('enrolment-name-characters', $refusal?->code);
        self::assertSame(['characters' => $characters], $refusal->params);
    }

    public static function characters(): iterable
    {
        yield ['Kasa (1)', '( )'];
        yield ['Kasa/1/2', '/'];
        yield ["Kasa\t1", 'U+0009'];
        yield ["Kasa\u{00A0}1", 'U+00A0'];
        yield ["Kasa1\n", 'U+000A'];
        yield ['Straße', 'ß'];
        yield ["Kasa \xff", '?'];
    }

    public function testOneThatNobodyNamedIsCalledAfterItsOwner(): void
    {
        $name = CertificateName::ofRequested('Zakład „Żółć” sp. z o.o.', 'Uwierzytelniający', 'wniosek 2026-11-29');

        self::assertSame('Zakład Żółć sp z o o Uwierzytelniający wniosek 2026-11-29', $name);

        $long = CertificateName::ofRequested(str_repeat('ż', 255), 'Offline', 'wniosek 2026-11-29');

        self::assertNull(CertificateName::refusal($long));
        self::assertStringEndsWith('ż Offline wniosek 2026-11-29', $long);
    }
}
