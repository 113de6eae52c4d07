<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUnreachable;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\Modules\Ksef\Messages\Wording;
use KsefTests\GivenTexts;
use PHPUnit\Framework\TestCase;

/**
 * Codes and parameters in words.
 */
final class WordingTest extends TestCase
{
    private const TEXTS = [
        'file-empty' => 'The file {file} is empty.',
        'token-parts' => 'Parts found: {found}, needed: {expected}.',
        'seal-unusable' => 'It cannot be opened. {reason} Enter it again.',
        'seal-key-unknown' => 'The master key is *unknown*.',
        'in-use' => '{certificate} is linked in {profiles}.',
        'status' => 'The status is {status}.',
        'not-taken' => 'KSeF does not take: {characters}.',
        'bold' => 'Issued to **{owner}**. See {profile}.',
        'dates' => 'Valid until {date}, announced on {announcedOn}.',
        'going-on' => 'Waiting for {owner}...',
        'home' => 'Not at {site}: run `bridge set {site}`.',
    ];

    public function testParametersStandForThemselves(): void
    {
        self::assertSame(
            'The file \\*a\\* \\{found\\} is empty.',
            $this->wording()->of(new Message('file-empty', ['file' => '*a* {found}'])),
        );
        self::assertSame(
            'Parts found: 2, needed: 3.',
            $this->wording()->of(new Message('token-parts', ['found' => 2, 'expected' => 3, 'more' => 'x'])),
        );
    }

    public function testACommandIsShownAsItIsTyped(): void
    {
        $told = $this->wording()->of(new Message('home', ['site' => 'https://crm.pl/a-b']));
        self::assertSame('Not at https\\:\\/\\/crm\\.pl\\/a\\-b: run `bridge set https://crm.pl/a-b`.', $told);

        $told = $this->wording()->of(new Message('home', ['site' => "a` [b](c)\n"]));
        self::assertStringEndsWith("run `bridge set a' [b](c)`.", $told);
    }

    public function testASentenceThatEndsWithAValueEndsOnce(): void
    {
        $link = new RecordLink('KsefProfile', 'p1', 'Kowalski S.A.');

        self::assertSame(
            'KSeF does not take: \\.',
            $this->wording()->of(new Message('not-taken', ['characters' => '.'])),
        );
        self::assertSame(
            'KSeF does not take: \\, \\.',
            $this->wording()->of(new Message('not-taken', ['characters' => ', .'])),
        );
        self::assertSame(
            'Issued to **Nowak sp\\. z o\\.o\\.** See [Kowalski S\\.A\\.](#KsefProfile/view/p1)',
            $this->wording()->of(new Message('bold', ['owner' => 'Nowak sp. z o.o.', 'profile' => $link])),
        );
        self::assertSame(
            '[A](#KsefCertificate/view/a) is linked in [B](#KsefProfile/view/b), [Kowalski S\\.A\\.](#KsefProfile/view/p1)',
            $this->wording()->of(new Message('in-use', [
                'certificate' => new RecordLink('KsefCertificate', 'a', 'A'),
                'profiles' => [new RecordLink('KsefProfile', 'b', 'B'), $link],
            ])),
        );
        self::assertSame(
            'Waiting for Nowak S\\.A\\....',
            $this->wording()->of(new Message('going-on', ['owner' => 'Nowak S.A.'])),
        );

        foreach (['?', '!', '…'] as $end) {
            self::assertStringEndsWith($end, $this->wording()->of(new Message('not-taken', ['characters' => $end])));
        }

        self::assertSame('The file Why\\? is empty.', $this->wording()->of(new Message('file-empty', ['file' => 'Why?'])));
    }

    public function testDaysAreWrittenAsTheReaderWritesThem(): void
    {
        self::assertSame(
            'Valid until 28\\.11\\.2028, announced on 01\\.02\\.2026.',
            $this->wording()->of(new Message('dates', ['date' => '2028-11-28', 'announcedOn' => '2026-02-01'])),
        );
        self::assertSame(
            'Valid until never, announced on 2026\\-02\\-01T10\\:00\\:00Z.',
            $this->wording()->of(new Message('dates', ['date' => 'never', 'announcedOn' => '2026-02-01T10:00:00Z'])),
        );
        // Whatever else looks like one is somebody's name.
        self::assertSame('The file 2028\\-11\\-28 is empty.', $this->wording()->of(
            new Message('file-empty', ['file' => '2028-11-28']),
        ));
    }

    public function testAReasonThatIsACodeIsATextOfTheCatalogue(): void
    {
        self::assertSame(
            'It cannot be opened. The master key is *unknown*. Enter it again.',
            $this->wording()->of(new Message('seal-unusable', ['reason' => 'seal-key-unknown'])),
        );
        self::assertSame(
            'It cannot be opened. \\*odd\\* Enter it again.',
            $this->wording()->of(new Message('seal-unusable', ['reason' => '*odd*'])),
        );
    }

    public function testOnlyAReasonIsTakenForACode(): void
    {
        self::assertSame(
            'The file seal\\-key\\-unknown is empty.',
            $this->wording()->of(new Message('file-empty', ['file' => 'seal-key-unknown'])),
        );
    }

    public function testRecordsAreNamedWithALink(): void
    {
        $message = new Message('in-use', [
            'certificate' => new RecordLink('KsefCertificate', 'c1', 'A [b](c)'),
            'profiles' => [new RecordLink('KsefProfile', 'p1', 'Pierwszy'), new RecordLink('KsefProfile', 'p/2', '')],
        ]);

        self::assertSame(
            '[A \\[b\\]\\(c\\)](#KsefCertificate/view/c1) is linked in ' .
                '[Pierwszy](#KsefProfile/view/p1), [p\\/2](#KsefProfile/view/p%2F2).',
            $this->wording()->of($message),
        );
        self::assertSame(['certificate' => 'A [b](c)', 'profiles' => 'Pierwszy, '], $message->plainParams());
    }

    public function testAnOptionIsNamedByItsLabel(): void
    {
        $message = new Message('status', ['status' => new OptionName('KsefCertificate', 'status', 'Inactive')]);

        self::assertSame('The status is nie\\-aktywny.', $this->wording()->of($message));
        self::assertSame(['status' => 'Inactive'], $message->plainParams());
    }

    public function testNamesOfTheApiInAValueAreToldInWords(): void
    {
        $wording = new Wording(new GivenTexts(self::TEXTS, names: [
            'status' => ['Inactive' => 'Switched off', 'Active' => 'On'],
        ]));

        self::assertSame(
            'The status is On, Switched off: 2.',
            stripslashes($wording->of(new Message('status', ['status' => 'Active, Inactive: 2']))),
        );

        self::assertSame('The status is Switched off.', $wording->of(new Message('status', ['status' => 'Inactive'])));
        self::assertSame('The status is Pending\\_.', $wording->of(new Message('status', ['status' => 'Pending_'])));
        self::assertSame('The file Inactive is empty.', $wording->of(new Message('file-empty', ['file' => 'Inactive'])));
    }

    public function testAnUnknownCodeIsToldInTheBridgesOwnWords(): void
    {
        $finding = new Message('new-code', ['a' => 'b'], Severity::Warning, 'token', 'Something *new*.');

        self::assertSame('Something \\*new\\*\\.', $this->wording()->of($finding));
        self::assertSame('new\\-code', $this->wording()->of(new Message('new-code')));
    }

    public function testATextThatCannotBeFilledGivesWayToTheBridgesOwnWords(): void
    {
        self::assertSame('Own words\\.', $this->wording()->of(new Message('file-empty', fallback: 'Own words.')));
        self::assertSame('The file – is empty.', $this->wording()->of(new Message('file-empty')));
    }

    public function testErrorsComeFirstAndEachStandsByItself(): void
    {
        $messages = [
            new Message('b', severity: Severity::Info, fallback: 'Info'),
            new Message('w', severity: Severity::Warning, fallback: 'Warning'),
            new Message('e', fallback: 'First error'),
            new Message('f', fallback: 'Second error'),
            new Message('g', fallback: 'Second error'),
        ];

        self::assertSame("First error\n\nSecond error\n\nWarning\n\nInfo", $this->wording()->ofAll($messages));
        self::assertSame(
            ['error', 'error', 'error', 'warning', 'info'],
            array_column($this->wording()->toList($messages), 'severity'),
        );
    }

    public function testTheFormForTheApi(): void
    {
        [$entry] = $this->wording()->toList([new Message('file-empty', ['file' => 'a.crt'], field: 'files')]);

        self::assertSame(
            '{"code":"file-empty","severity":"error","field":"files","params":{"file":"a.crt"},' .
                '"message":"The file a\\\\.crt is empty."}',
            json_encode($entry),
        );
    }

    public function testAProblemOfTheBridgeKeepsItsOwnWords(): void
    {
        $problem = new BridgeProblem(502, 'ksef-brand-new', ['a' => 1], 'KSeF says no.');

        self::assertSame('KSeF says no\\.', $this->wording()->of(Message::ofBridge($problem)));
        self::assertSame('file-empty', Message::ofBridge(new BridgeUnreachable('file-empty'))->code);
    }

    private function wording(): Wording
    {
        return new Wording(new GivenTexts(self::TEXTS, ['Inactive' => 'nie-aktywny']));
    }
}
