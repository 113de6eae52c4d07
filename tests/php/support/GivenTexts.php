<?php

declare(strict_types=1);

namespace KsefTests;

use DateTimeInterface;

use Espo\Modules\Ksef\Messages\Documentation;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\Texts;

/**
 * A catalogue of the texts that a test needs.
 */
final class GivenTexts implements Texts
{
    /**
     * @param array<string, string> $texts
     * @param array<string, string> $options
     * @param array<string, array<string, string>> $names
     */
    public function __construct(
        private array $texts,
        private array $options = [],
        private array $names = [],
        private ?Documentation $documentation = null,
    ) {}

    public function find(string $code): ?string
    {
        return $this->texts[$code] ?? null;
    }

    public function names(string $placeholder): array
    {
        return $this->names[$placeholder] ?? [];
    }

    public function documentation(): ?Documentation
    {
        return $this->documentation;
    }

    public function day(string $day): string
    {
        return implode('.', array_reverse(explode('-', $day)));
    }

    public function dayInName(string $meaning, DateTimeInterface $day): string
    {
        return "$meaning {$day->format('Y-m-d')}";
    }

    public function option(OptionName $option): string
    {
        return $this->options[$option->value] ?? $option->value;
    }
}
