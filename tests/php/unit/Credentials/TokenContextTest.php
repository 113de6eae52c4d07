<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Identifier\TokenContext;
use PHPUnit\Framework\TestCase;

/**
 * Whose a token is that was pasted.
 */
final class TokenContextTest extends TestCase
{
    private const NUMBER = '20270115-EC-7FA3B1D200-AB12345F6A-01';
    private const SECRET = 'a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef0';

    /**
     * @dataProvider tokens
     */
    public function testNames(string $token, string $nip, string $internalId): void
    {
        $context = TokenContext::read($token);

        self::assertSame([$nip, $internalId], [$context?->nip, $context?->internalId]);
    }

    public static function tokens(): iterable
    {
        [$number, $secret] = [self::NUMBER, self::SECRET];

        yield 'a company' => ["$number|nip-5265877635|$secret", '5265877635', ''];
        yield 'a unit' => ["$number|internalId-5265877635-12346|$secret", '5265877635', '5265877635-12346'];
        yield 'wrapped by a mail' => [" $number|nip-52658\n77635|\r\n$secret\n", '5265877635', ''];
        yield 'with dashes of a word processor' => [
            str_replace('-', "\u{2013}", "$number|internalId-5265877635-12346|$secret"),
            '5265877635',
            '5265877635-12346',
        ];
    }

    /**
     * @dataProvider others
     */
    public function testNamesNobody(string $text): void
    {
        self::assertNull(TokenContext::read($text));
    }

    public static function others(): iterable
    {
        yield 'nothing' => [''];
        yield 'nine digits' => [self::NUMBER . '|nip-526587763|' . self::SECRET];
        yield 'eleven digits' => [self::NUMBER . '|nip-52658776350|' . self::SECRET];
        yield 'a token of KSeF 1.0' => [self::SECRET];
        yield 'a part of it' => ['nip-5265877635'];
        yield 'no UTF-8' => ["\xff|nip-"];
    }
}
