<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\InternalId;
use Espo\Modules\Ksef\Credentials\Nip;
use PHPUnit\Framework\TestCase;

/**
 * The numbers that name a company and its units.
 */
final class IdentifiersTest extends TestCase
{
    /**
     * @dataProvider nips
     */
    public function testNip(string $value, bool $isWellFormed, bool $isValid): void
    {
        self::assertSame($isWellFormed, Nip::isWellFormed($value));
        self::assertSame($isValid, $isWellFormed && Nip::hasRightCheckDigit($value));
    }

    public static function nips(): iterable
    {
        yield 'right' => ['5265877635', true, true];
        yield 'right, another one' => ['1234563218', true, true];
        yield 'wrong check digit' => ['5265877636', true, false];
        yield 'two digits exchanged' => ['5265877653', true, false];
        yield 'nine digits' => ['526587763', false, false];
        yield 'eleven digits' => ['52658776350', false, false];
        yield 'hyphens' => ['526-587-76-35', false, false];
        yield 'a line break' => ["5265877635\n", false, false];
        yield 'no tax office' => ['1002345678', false, false];
        yield 'other digits' => ['٥٢٦٥٨٧٧٦٣٥', false, false];
        yield 'nothing' => ['', false, false];
    }

    public function testNoNipHasTenAsItsCheckDigit(): void
    {
        // The weighted digits leave ten when divided by eleven: none of the ten digits may pass.
        foreach (range(0, 9) as $digit) {
            self::assertFalse(Nip::hasRightCheckDigit("526500004$digit"), (string) $digit);
        }
    }

    public function testInternalId(): void
    {
        self::assertTrue(InternalId::isWellFormed('5265877635-12346'));
        self::assertFalse(InternalId::isWellFormed('5265877635-1234'));
        self::assertFalse(InternalId::isWellFormed("5265877635-12346\n"));
        self::assertFalse(InternalId::isWellFormed('526587763512345'));
        self::assertSame('6824515772-12343', InternalId::thatFits('6824515772-12345'));
        self::assertSame('5265877635-12346', InternalId::thatFits('5265877635-12346'));
        self::assertTrue(InternalId::isOfCompany('5265877635-12346', '5265877635'));
        self::assertFalse(InternalId::isOfCompany('5265877635-12346', '1234563218'));
        self::assertFalse(InternalId::isOfCompany('5265877635-12346', '526587763'));
    }
}
