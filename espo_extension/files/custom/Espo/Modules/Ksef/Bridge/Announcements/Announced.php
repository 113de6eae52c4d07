<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Announcements;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * What KSeF announces of itself for one environment, as far as the bridge remembers.
 */
final readonly class Announced
{
    public const AVAILABLE = 'AVAILABLE';
    public const MAINTENANCE = 'MAINTENANCE';
    public const FAILURE = 'FAILURE';
    public const TOTAL_FAILURE = 'TOTAL_FAILURE';

    /**
     * @param ?string $status One of the above or a word that came later; null while it is not known.
     * @param ?AnnouncedWords $summary The status in one sentence.
     * @param list<Announcement> $announcements Current ones first, then the latest; also those that are over.
     * @param ?DateTimeImmutable $askedAt When KSeF's service was asked last.
     * @param ?DateTimeImmutable $answeredAt When it said what stands here.
     * @param bool $isBeingAsked It is asked right now: ask again in a second or two.
     * @param ?AnnouncedWords $problem Why it gave no answer, or a part of one.
     */
    public function __construct(
        public string $environment,
        public ?string $status,
        public ?AnnouncedWords $summary,
        public array $announcements,
        public ?DateTimeImmutable $askedAt,
        public ?DateTimeImmutable $answeredAt,
        public bool $isBeingAsked,
        public ?AnnouncedWords $problem,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        $summary = $json->optionalObject('summary');
        $problem = $json->optionalObject('problem');

        return new self(
            $json->string('environment'),
            $json->optionalString('status'),
            $summary ? AnnouncedWords::fromJson($summary) : null,
            array_map(Announcement::fromJson(...), $json->objects('messages')),
            $json->optionalMoment('askedAt'),
            $json->optionalMoment('answeredAt'),
            $json->boolean('asking'),
            $problem ? AnnouncedWords::fromJson($problem) : null,
        );
    }

    /**
     * What concerns this moment or lies ahead.
     *
     * @return list<Announcement>
     */
    public function currentAndAhead(DateTimeImmutable $now): array
    {
        return array_values(array_filter(
            $this->announcements,
            static fn (Announcement $each): bool => $each->isCurrent || $each->isAhead($now),
        ));
    }
}
