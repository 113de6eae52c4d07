<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

/**
 * A value of an enum field, shown by its label.
 */
final readonly class OptionName
{
    public function __construct(
        public string $entityType,
        public string $field,
        public string $value,
    ) {}
}
