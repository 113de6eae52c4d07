<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * What every inspection has: findings, and a seal unless one of them is an error.
 */
abstract readonly class Inspection
{
    /**
     * @param list<Finding> $findings
     * @throws BridgeAnswerUnreadable A credential without errors comes with its facts and a seal.
     */
    protected function __construct(
        public array $findings,
        bool $isComplete,
    ) {
        if (!$isComplete && !$this->errors()) {
            throw new BridgeAnswerUnreadable('bridge-answer-unreadable');
        }
    }

    /**
     * @return list<Finding>
     */
    public function errors(): array
    {
        return array_values(array_filter(
            $this->findings,
            static fn (Finding $finding): bool => $finding->severity === Severity::Error,
        ));
    }

    /**
     * @return list<Finding>
     * @throws BridgeAnswerUnreadable
     */
    protected static function findingsOf(JsonObject $json): array
    {
        return array_map(Finding::fromJson(...), $json->objects('findings'));
    }
}
