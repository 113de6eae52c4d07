<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Connection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * What a login for a test found, step by step.
 */
final readonly class ConnectionTest
{
    /**
     * @param bool $isOk No step failed; there may be warnings.
     * @param list<Step> $steps
     * @param list<string> $permissions KSeF's names of the rights held in the context.
     */
    public function __construct(
        public bool $isOk,
        public array $steps,
        public array $permissions,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->boolean('ok'),
            array_map(Step::fromJson(...), $json->objects('steps')),
            $json->strings('permissions'),
        );
    }

    /**
     * The step to tell of first: the one that failed, else the first that warns.
     */
    public function decisiveStep(): ?Step
    {
        foreach ([StepStatus::Failed, StepStatus::Warning] as $status) {
            foreach ($this->steps as $step) {
                if ($step->status === $status && $step->code !== null) {
                    return $step;
                }
            }
        }

        return null;
    }
}
