<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Messages\Documentation;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\PlainText;
use Espo\Modules\Ksef\Messages\Wording;
use KsefTests\GivenTexts;
use PHPUnit\Framework\TestCase;

/**
 * Messages link to their pages where the bridge told of a site.
 */
final class DocumentationTest extends TestCase
{
    private const PAGE = 'https://docs.example/ksef/pl/messages/file-empty/';
    private const UNUSABLE = [
        null, '', ['https://x/'], 'javascript:alert(1)', '//x/', 'https://x/?a=b', 'https://x/"onclick="', "https://x/\n",
        'https://x/)<b>',
    ];
    private const TEXTS = [
        'file-empty' => 'Plik {file} jest pusty.',
        'pageOfMessage' => 'pl/messages/{code}/',
        'moreAboutMessage' => 'Więcej <i>',
    ];

    public function testEachMessageIsFollowedByTheLinkToItsPage(): void
    {
        $message = new Message('file-empty', ['file' => 'a']);
        $link = '[Więcej \\<i\\>](' . self::PAGE . ')';

        self::assertSame("Plik a jest pusty. $link", $this->wording('https://docs.example/ksef')->ofAll([$message]));
        self::assertSame("Plik a jest pusty. $link", $this->wording('https://docs.example/ksef')->withPage($message));
        self::assertSame('Plik a jest pusty.', $this->wording('https://docs.example/ksef')->of($message));
        self::assertSame('Plik a jest pusty.', $this->wording(null)->withPage($message));
        self::assertSame('Plik a jest pusty.', $this->wording(null)->ofAll([$message]));
    }

    public function testAnEMailHasTheAddressInWords(): void
    {
        $told = $this->wording('https://docs.example/ksef/')->ofAll([new Message('file-empty', ['file' => 'a.b'])]);

        self::assertSame('Plik a.b jest pusty. Więcej <i> (' . self::PAGE . ')', PlainText::ofMarkdown($told));
    }

    public function testATerminalIsToldTheAddress(): void
    {
        self::assertSame(self::PAGE, $this->wording('https://docs.example/ksef')->page('file-empty'));
        self::assertNull($this->wording(null)->page('file-empty'));
    }

    public function testAnythingElseIsNoSite(): void
    {
        foreach (self::UNUSABLE as $url) {
            self::assertNull(Documentation::at($url));
        }
    }

    public function testACodeFromOutsideIsNoPartOfAnAddress(): void
    {
        self::assertNull(Documentation::at('https://x/')?->page('../"', '{code}/'));
    }

    private function wording(?string $url): Wording
    {
        return new Wording(new GivenTexts(self::TEXTS, documentation: Documentation::at($url)));
    }
}
