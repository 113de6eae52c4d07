<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Messages\Markdown;
use PHPUnit\Framework\TestCase;

/**
 * Whatever stands in a name is shown, and does nothing.
 */
final class MarkdownTest extends TestCase
{
    /**
     * @dataProvider texts
     */
    public function testIsEscaped(string $text, string $escaped): void
    {
        self::assertSame($escaped, Markdown::escape($text));
    }

    public static function texts(): iterable
    {
        yield 'letters' => ['Zażółć gęślą jaźń 123', 'Zażółć gęślą jaźń 123'];
        yield 'a link' => ['[x](http://y)', '\\[x\\]\\(http\\:\\/\\/y\\)'];
        yield 'markup' => ['*a* _b_ `c` <b> #d', '\\*a\\* \\_b\\_ \\`c\\` \\<b\\> \\#d'];
        yield 'a backslash' => ['\\*', '\\\\\\*'];
        yield 'a placeholder' => ['{entity}', '\\{entity\\}'];
        yield 'line breaks' => ["a\r\n\r\n# b\tc", 'a \\# b c'];
        yield 'other separators' => ["a\u{2028}b\u{00A0}c\u{85}d", 'a b c d'];
        yield 'letters from right to left' => ["a\u{202E}b\u{200F}", 'a b'];
        yield 'zero bytes' => ["\0a\0", 'a'];
        yield 'bytes that are no text' => ["a\xff", 'a\\?'];
    }

    public function testEveryPunctuationCharacterIsEscaped(): void
    {
        foreach (range(0x21, 0x7E) as $code) {
            $character = chr($code);
            $expected = ctype_punct($character) ? "\\$character" : $character;

            self::assertSame($expected, Markdown::escape($character));
        }
    }

    public function testALongTextIsCut(): void
    {
        $escaped = Markdown::escape(str_repeat('ż', 10_000));

        self::assertSame(300, mb_strlen($escaped));
        self::assertStringEndsWith('ż…', $escaped);
    }
}
