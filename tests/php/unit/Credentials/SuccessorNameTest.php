<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\OrderedCertificateName;
use Espo\Modules\Ksef\Credentials\SuccessorName;
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
        self::assertSame($expected, SuccessorName::of($name, new DateTimeImmutable('2028-10-26')));
    }

    public static function names(): iterable
    {
        yield ['Faktury offline Zażółć', 'Faktury offline Zażółć 2028-10-26'];
        yield ['Faktury offline 2026-11-26', 'Faktury offline 2028-10-26'];
        yield ['Firma (Offline, 2028-11-25)', 'Firma Offline 2028-10-26'];
        yield ["Jan \"Ł\" *Kowalski*\t& s-ka", 'Jan Ł Kowalski s-ka 2028-10-26'];
        yield ["\xFF", '2028-10-26'];
        yield ['', '2028-10-26'];
        yield ['2026-11-26', '2028-10-26'];
        yield [str_repeat('ż', 255), str_repeat('ż', 89) . ' 2028-10-26'];
        yield [str_repeat('ż', 88) . ' ab', str_repeat('ż', 88) . ' 2028-10-26'];
    }

    /**
     * @dataProvider names
     */
    public function testIsWhatKsefTakes(string $name): void
    {
        self::assertNull(OrderedCertificateName::refusal(SuccessorName::of($name, new DateTimeImmutable())));
    }
}
