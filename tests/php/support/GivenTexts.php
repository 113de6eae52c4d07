<?php

declare(strict_types=1);

namespace KsefTests;

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
     */
    public function __construct(private array $texts, private array $options = []) {}

    public function find(string $code): ?string
    {
        return $this->texts[$code] ?? null;
    }

    public function option(OptionName $option): string
    {
        return $this->options[$option->value] ?? $option->value;
    }
}
