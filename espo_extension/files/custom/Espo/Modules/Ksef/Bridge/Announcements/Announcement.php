<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Announcements;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * A message by which KSeF announces a failure, its end, or maintenance. Texts are KSeF's own, in Polish.
 */
final readonly class Announcement
{
    public const FAILURE_END = 'FAILURE_END';

    /**
     * @param ?int $eventId The same in all messages about one event.
     * @param string $category MAINTENANCE, FAILURE, TOTAL_FAILURE, or a word that came later.
     * @param string $type MAINTENANCE_ANNOUNCEMENT, FAILURE_START, FAILURE_END, or a word that came later.
     * @param ?DateTimeImmutable $end Null as long as nobody knows.
     * @param bool $isCurrent It is about the status of this moment.
     */
    public function __construct(
        public string $id,
        public ?int $eventId,
        public string $category,
        public string $type,
        public string $title,
        public string $text,
        public ?DateTimeImmutable $start,
        public ?DateTimeImmutable $end,
        public ?int $version,
        public ?DateTimeImmutable $published,
        public bool $isCurrent,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('id'),
            $json->optionalInteger('eventId'),
            $json->string('category'),
            $json->string('type'),
            $json->string('title'),
            $json->string('text'),
            $json->optionalMoment('start'),
            $json->optionalMoment('end'),
            $json->optionalInteger('version'),
            $json->optionalMoment('published'),
            $json->boolean('isCurrent'),
        );
    }

    /**
     * Whether it announces something that has not begun.
     */
    public function isAhead(DateTimeImmutable $now): bool
    {
        return $this->type !== self::FAILURE_END && $this->start !== null && $this->start > $now;
    }
}
