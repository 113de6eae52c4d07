<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

use Espo\Modules\Ksef\Bridge\Announcements\AnnouncedWords;

/**
 * The bridge answered with problem details: it works, but could not do what was asked.
 */
final class BridgeProblem extends BridgeException
{
    private const UNAVAILABLE = [429, 503];

    /**
     * @param int $status HTTP status of the answer.
     * @param array<string, string|int> $params
     * @param string $detail The bridge's own text, in the language that was asked for.
     * @param ?int $retryAfter Seconds after which to ask again.
     * @param ?AnnouncedWords $announced What KSeF itself announces, where it cannot be reached.
     */
    public function __construct(
        public readonly int $status,
        string $messageCode,
        array $params,
        public readonly string $detail,
        public readonly ?int $retryAfter = null,
        ?string $requestId = null,
        public readonly ?AnnouncedWords $announced = null,
    ) {
        parent::__construct($messageCode, $params, $requestId);
    }

    /**
     * Whether it may go well later: KSeF, or a database of the bridge's, is out of reach or lets nobody in
     * for a while, or EspoCRM's API key has made as many calls as it may.
     */
    public function isUnavailable(): bool
    {
        return in_array($this->status, self::UNAVAILABLE, true);
    }
}
