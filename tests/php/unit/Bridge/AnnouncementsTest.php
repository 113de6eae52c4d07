<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Announcements\Announced;
use Espo\Modules\Ksef\Bridge\Announcements\Announcement;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\AnnouncementProvider;
use KsefTests\FakeTransport;
use PHPUnit\Framework\TestCase;

/**
 * What KSeF announces, as other extensions get it.
 */
final class AnnouncementsTest extends TestCase
{
    private const WORDS = [
        'code' => 'announced-since',
        'params' => ['announcedStatus' => 'FAILURE', 'title' => 'Awaria'],
        'message' => 'KSeF itself announces a failure.',
    ];
    private const MESSAGE = [
        'id' => 'K/2026/AWR/02',
        'eventId' => 1003,
        'category' => 'FAILURE',
        'type' => 'FAILURE_START',
        'title' => 'Wystąpiła awaria',
        'text' => 'Trwa awaria.',
        'start' => '2026-11-29T12:27:00Z',
        'end' => null,
        'version' => 1,
        'published' => '2026-11-29T12:35:00Z',
        'isCurrent' => true,
    ];
    private const ANSWER = [
        'environment' => 'Production',
        'status' => 'FAILURE',
        'summary' => self::WORDS,
        'messages' => [self::MESSAGE],
        'askedAt' => '2026-11-29T12:40:00Z',
        'answeredAt' => '2026-11-29T12:40:00Z',
        'asking' => false,
        'problem' => null,
    ];
    private const UNKNOWN = [
        ...self::ANSWER,
        'status' => null,
        'summary' => null,
        'messages' => [],
        'askedAt' => null,
        'answeredAt' => null,
        'asking' => true,
    ];

    public function testWhatIsAnnounced(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(self::ANSWER));

        $announced = $this->provider($transport)->getAnnouncements('Production');

        self::assertSame(['GET /v1/info', 'GET /v1/environments/Production/announcements'], $transport->paths());
        self::assertSame(Announced::FAILURE, $announced->status);
        self::assertSame('2026-11-29 12:40', $announced->answeredAt?->format('Y-m-d H:i'));
        self::assertSame('KSeF itself announces a failure.', $announced->summary?->text);
        self::assertSame(1003, $announced->announcements[0]->eventId);
        self::assertNull($announced->announcements[0]->end);
        self::assertFalse($announced->isBeingAsked);
    }

    public function testWhatIsNotKnownYetIsNull(): void
    {
        $announced = $this->announced(self::UNKNOWN);

        self::assertNull($announced->status);
        self::assertNull($announced->askedAt);
        self::assertTrue($announced->isBeingAsked);
    }

    public function testWhyNothingIsKnown(): void
    {
        $problem = ['code' => 'latarnia-unavailable', 'params' => ['httpStatus' => 502], 'message' => 'Away.'];

        self::assertSame(
            ['httpStatus' => 502],
            $this->announced(['problem' => $problem] + self::UNKNOWN)->problem?->params,
        );
    }

    public function testWordsThatNobodyKnowsYetAreTaken(): void
    {
        $announced = $this->announced([
            'status' => 'DEGRADED',
            'messages' => [['category' => 'DEGRADED', 'type' => 'LATER'] + self::MESSAGE],
        ] + self::ANSWER);

        self::assertSame(['DEGRADED', 'LATER'], [$announced->status, $announced->announcements[0]->type]);
    }

    public function testWhatIsOverIsLeftOutOfThePage(): void
    {
        $now = new DateTimeImmutable('2026-11-29T13:00:00Z');
        $ahead = ['id' => 'ahead', 'start' => '2026-11-30T01:00:00Z', 'isCurrent' => false] + self::MESSAGE;
        $announced = $this->announced(['messages' => [
            self::MESSAGE,
            $ahead,
            ['id' => 'over', 'isCurrent' => false] + self::MESSAGE,
            ['id' => 'end', 'type' => Announcement::FAILURE_END] + $ahead,
            ['id' => 'without', 'start' => null] + $ahead,
        ]] + self::ANSWER);

        self::assertSame(
            ['K/2026/AWR/02', 'ahead'],
            array_map(static fn (Announcement $each): string => $each->id, $announced->currentAndAhead($now)),
        );
    }

    /**
     * @dataProvider broken
     */
    public function testAnAnswerThatDoesNotKeepTheContract(array $member): void
    {
        $this->expectException(BridgeAnswerUnreadable::class);
        $this->announced($member + self::ANSWER);
    }

    public static function broken(): iterable
    {
        yield 'moment' => [['askedAt' => 'yesterday']];
        yield 'messages' => [['messages' => null]];
        yield 'summary' => [['summary' => ['code' => 'announced-since']]];
        yield 'message' => [['messages' => [['id' => null] + self::MESSAGE]]];
    }

    public function testAProblemCarriesWhatIsAnnounced(): void
    {
        $told = $this->problem(['announced' => self::WORDS]);

        self::assertSame('ksef-unreachable', Message::ofBridge($told)->code);
        self::assertSame('announced-since', Message::ofAnnounced($told)?->code);
        self::assertSame('Awaria', Message::ofAnnounced($told)?->params['title']);
        self::assertNull(Message::ofAnnounced($this->problem([])));
    }

    private function problem(array $more): BridgeProblem
    {
        try {
            $this->provider(
                FakeTransport::fitting(FakeTransport::problem(503, 'ksef-unreachable', $more)),
            )->getAnnouncements('Test');
        } catch (BridgeProblem $problem) {
            return $problem;
        }

        self::fail('It was no problem.');
    }

    private function announced(array $answer): Announced
    {
        return $this->provider(FakeTransport::fitting(FakeTransport::json($answer)))->getAnnouncements('Production');
    }

    private function provider(FakeTransport $transport): AnnouncementProvider
    {
        $settings = new BridgeSettings('http://127.0.0.1:8970', 'ksefbridge_1234abcd_made-for-this-test', 'en_US');

        return new AnnouncementProvider(new BridgeClient($settings, $transport));
    }
}
