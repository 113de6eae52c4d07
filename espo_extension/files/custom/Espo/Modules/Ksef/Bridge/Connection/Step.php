<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Connection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * One step of a connection test.
 */
final readonly class Step
{
    private const UNNEEDED_RIGHTS = ['permissions-unneeded', 'permissions-of-owner'];

    /**
     * @param ?string $code Why it failed, or what it warns of.
     * @param array<string, string|int> $params
     * @param ?string $message The bridge's own text of the code.
     */
    public function __construct(
        public string $name,
        public StepStatus $status,
        public int $durationMilliseconds,
        public ?string $code = null,
        public array $params = [],
        public ?string $message = null,
    ) {}

    /**
     * Whether it warns of rights beyond those that EspoCRM needs. The connection works with them as well.
     */
    public function warnsOfUnneededRights(): bool
    {
        return $this->status === StepStatus::Warning && in_array($this->code, self::UNNEEDED_RIGHTS, true);
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('name'),
            StepStatus::tryFrom($json->string('status')) ??
                throw new BridgeAnswerUnreadable('bridge-answer-unreadable'),
            $json->integer('durationMs'),
            $json->optionalString('code'),
            $json->parameters('params'),
            $json->optionalString('message'),
        );
    }
}
