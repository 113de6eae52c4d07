<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\FirstSteps;

/**
 * A line of the checklist: what it says, and the one thing to do next where there is one.
 */
final readonly class FirstStep
{
    /**
     * @param string $text The key of its sentence.
     * @param ?string $action The key of its button; null where nothing can be done yet, or nothing is left to do.
     */
    public function __construct(
        public string $name,
        public string $text,
        public bool $isDone = false,
        public ?string $action = null,
        public bool $isOptional = false,
    ) {}
}
