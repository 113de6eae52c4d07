<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Utils\Language;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\Texts;

/**
 * The catalogue as the build renders it into EspoCRM's translations.
 */
final readonly class LanguageTexts implements Texts
{
    public function __construct(private Language $language) {}

    public function find(string $code): ?string
    {
        $text = $this->language->get(['KsefProfile', 'messages', $code]);

        return is_string($text) ? $text : null;
    }

    public function names(string $placeholder): array
    {
        $names = $this->language->get(['KsefProfile', 'names', $placeholder]);

        return is_array($names) ? $names : [];
    }

    public function option(OptionName $option): string
    {
        return (string) $this->language->translateOption($option->value, $option->field, $option->entityType);
    }
}
