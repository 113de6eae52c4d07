<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Identifier\InternalId;
use Espo\Modules\Ksef\Credentials\Identifier\Nip;
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

    public function testWhyNoCompanyHasANumber(): void
    {
        $codes = array_map(
            static fn (string $value): ?string => Nip::fault($value)?->code,
            ['5265877635', '5265877636', '526587763', ''],
        );

        self::assertSame([null, 'nip-check-digit', 'nip-malformed', 'nip-malformed'], $codes);
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
        yield 'no tax office of nought' => ['0265877635', false, false];
        yield 'other digits' => ['٥٢٦٥٨٧٧٦٣٥', false, false];
        yield 'nothing' => ['', false, false];
    }

    /**
     * @dataProvider writtenNips
     */
    public function testANipIsReadAsPeopleWriteIt(string $written, string $read): void
    {
        self::assertSame($read, Nip::asWritten($written));
    }

    public static function writtenNips(): iterable
    {
        yield 'as it is' => ['5265877635', '5265877635'];
        yield 'groups' => ['526-587-76-35', '5265877635'];
        yield 'blanks around and within' => [" 526 587 76 35\t\n", '5265877635'];
        yield 'non-breaking and narrow blanks' => ["526\u{A0}587\u{202F}76\u{2009}35\u{3000}", '5265877635'];
        yield 'the country' => ['PL5265877635', '5265877635'];
        yield 'the country apart' => ['pl 526-587-76-35', '5265877635'];
        yield 'a hyphen after the country' => ['PL-5265877635', '5265877635'];
        yield 'typographic hyphens' => ["526\u{2010}587\u{2011}76\u{2013}35", '5265877635'];
        yield 'dashes and a minus' => ["526\u{2014}587\u{2212}76\u{2012}35", '5265877635'];
        yield 'what is invisible' => ["\u{FEFF}526\u{AD}587\u{200B}76\u{2060}35", '5265877635'];
        yield 'another country' => ['DE5265877635', 'DE5265877635'];
        yield 'letters within' => ['526PL5877635', '526PL5877635'];
        yield 'no text' => ["\xFF", '?'];
        yield 'nothing' => ['', ''];
    }

    public function testAnInternalIdIsReadAsPeopleWriteIt(): void
    {
        self::assertSame('5265877635-12346', InternalId::asWritten('5265877635-12346'));
        self::assertSame('5265877635-12346', InternalId::asWritten(" PL 5265877635\u{A0}\u{2013} 12346\u{200B}"));
        self::assertSame('5265877635-12346', InternalId::asWritten('pl-5265877635-12346'));
        self::assertSame('5265877635-12346', InternalId::asWritten("PL\u{2013}5265877635-12346"));
        self::assertSame('526587763512346', InternalId::asWritten('526587763512346'));
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
        self::assertFalse(InternalId::isWellFormed('15265877635-12346'));
        self::assertFalse(InternalId::isWellFormed('526587763512345'));
        self::assertSame('6824515772-12343', InternalId::thatFits('6824515772-12345'));
        self::assertSame('5265877635-12346', InternalId::thatFits('5265877635-12346'));
        self::assertTrue(InternalId::isOfCompany('5265877635-12346', '5265877635'));
        self::assertFalse(InternalId::isOfCompany('5265877635-12346', '1234563218'));
        self::assertFalse(InternalId::isOfCompany('5265877635-12346', '526587763'));
    }
}
