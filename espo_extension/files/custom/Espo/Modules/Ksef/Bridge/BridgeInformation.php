<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * What the bridge says of itself.
 */
final readonly class BridgeInformation
{
    /**
     * @param int $contract Version of the interface that it speaks.
     * @param ?string $tokensValidUntil The last day on which the law lets KSeF tokens be used, as 2026-12-31;
     *   an older bridge does not tell.
     * @param ?string $tokensAnnouncedUntil The last day that was announced for them, which is not law.
     * @param ?string $tokensAnnouncedOn The day of that announcement.
     * @param ?string $documentationUrl Of the site that has a page for each message, where the bridge is told of one.
     */
    public function __construct(
        public string $version,
        public int $contract,
        public ?string $tokensValidUntil = null,
        public ?string $tokensAnnouncedUntil = null,
        public ?string $tokensAnnouncedOn = null,
        public ?string $documentationUrl = null,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('version'),
            $json->integer('contract'),
            $json->optionalDay('tokensValidUntil'),
            $json->optionalDay('tokensAnnouncedUntil'),
            $json->optionalDay('tokensAnnouncedOn'),
            $json->optionalString('documentationUrl'),
        );
    }
}
