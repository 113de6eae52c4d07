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
    private const RIGHTS = 'permissions';

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
     * The step to tell of first: the one that failed, else the first that warns. Rights that are merely unneeded
     * are told apart from it.
     */
    public function decisiveStep(): ?Step
    {
        foreach ([StepStatus::Failed, StepStatus::Warning] as $status) {
            foreach ($this->steps as $step) {
                if ($step->status === $status && $step->code !== null && !$step->warnsOfUnneededRights()) {
                    return $step;
                }
            }
        }

        return null;
    }

    /**
     * The step that warns of unneeded rights.
     */
    public function unneededRights(): ?Step
    {
        foreach ($this->steps as $step) {
            if ($step->warnsOfUnneededRights()) {
                return $step;
            }
        }

        return null;
    }

    /**
     * Whether the login has the rights that it needs and no others.
     */
    public function areRightsInOrder(): bool
    {
        foreach ($this->steps as $step) {
            if ($step->name === self::RIGHTS) {
                return $step->status === StepStatus::Ok && $step->code === null;
            }
        }

        return false;
    }
}
