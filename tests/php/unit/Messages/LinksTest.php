<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\PlainText;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\Modules\Ksef\Messages\WebAddress;
use Espo\Modules\Ksef\Messages\Wording;
use KsefTests\GivenTexts;
use PHPUnit\Framework\TestCase;

/**
 * Links in texts: to a file, to a page elsewhere, and what is left of them in an e-mail.
 */
final class LinksTest extends TestCase
{
    private const TEXT = 'Issued: {certificate}. [Download *it*]({package}) or run `this`.';

    public function testAFileIsDownloadedByItsLink(): void
    {
        self::assertSame(
            'Issued: [Kasa\\_1\\.](#KsefCertificate/view/6b08) ' .
                '[Download *it*](?entryPoint=download&id=6b09) or run `this`.',
            $this->told('Kasa_1.'),
        );
    }

    public function testInAnEmailItLeadsToTheSite(): void
    {
        self::assertSame(
            'Issued: Kasa_1. (https://crm.example.com/#KsefCertificate/view/6b08) ' .
                'Download it (https://crm.example.com/?entryPoint=download&id=6b09) or run this.',
            PlainText::ofMarkdown($this->told('Kasa_1.'), 'https://crm.example.com/'),
        );
    }

    /**
     * @dataProvider names
     */
    public function testANameIsItselfInAnEmail(string $name): void
    {
        $markdown = (new RecordLink('KsefCertificate', '6b08', $name))->toMarkdown();

        self::assertSame("$name (https://crm/#KsefCertificate/view/6b08)", PlainText::ofMarkdown($markdown, 'https://crm'));
        self::assertSame($name, PlainText::ofMarkdown($markdown));
    }

    public static function names(): iterable
    {
        yield ['Zażółć gęślą jaźń'];
        yield ['[x](http://y)'];
        yield ['*a* `b` \\ \\\\ ] [ ) ('];
    }

    public function testALinkToElsewhereStaysAsItIs(): void
    {
        $markdown = '[Portal](' . (new WebAddress('https://ap.ksef.mf.gov.pl/web/'))->toMarkdown() . ')';

        self::assertSame('[Portal](https://ap.ksef.mf.gov.pl/web/)', $markdown);
        self::assertSame('Portal (https://ap.ksef.mf.gov.pl/web/)', PlainText::ofMarkdown($markdown, 'https://crm'));
    }

    public function testATerminalGetsOneLineWithoutMarks(): void
    {
        $markdown = "Run `ksef-bridge doctor`\\.\n\nThe id is **7**: [page](#Admin).\n";

        self::assertSame('Run ksef-bridge doctor. The id is 7: page (https://crm/#Admin).', PlainText::line($markdown, 'https://crm/'));
    }

    public function testAnAddressDoesNotEndItsLinkEarly(): void
    {
        self::assertSame('https://x/%29%5B%20%5C', (new WebAddress('https://x/)[ \\'))->toMarkdown());
    }

    public function testTheApiHasThePlainAddress(): void
    {
        $message = new Message('issued', ['package' => WebAddress::ofFile('6b09')]);

        self::assertSame(['package' => '?entryPoint=download&id=6b09'], $message->plainParams());
    }

    private function told(string $name): string
    {
        return (new Wording(new GivenTexts(['issued' => self::TEXT])))->of(new Message('issued', [
            'certificate' => new RecordLink('KsefCertificate', '6b08', $name),
            'package' => WebAddress::ofFile('6b09'),
        ]));
    }
}
