<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Messages\Message;

/**
 * What every inspection has: findings, and a seal unless one of them is an error.
 */
abstract readonly class Inspection
{
    /**
     * @param list<Message> $findings
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
     * @return list<Message>
     */
    public function errors(): array
    {
        return array_values(array_filter(
            $this->findings,
            static fn (Message $finding): bool => $finding->severity === Severity::Error,
        ));
    }

    /**
     * @return list<Message>
     * @throws BridgeAnswerUnreadable
     */
    public static function findingsOf(JsonObject $json, string $member = 'findings'): array
    {
        return array_map(
            static fn (JsonObject $finding): Message => new Message(
                $finding->string('code'),
                $finding->parameters('params'),
                Severity::tryFrom($finding->string('severity')) ??
                    throw new BridgeAnswerUnreadable('bridge-answer-unreadable'),
                $finding->optionalString('field'),
                $finding->string('message'),
            ),
            $json->objects($member),
        );
    }
}
