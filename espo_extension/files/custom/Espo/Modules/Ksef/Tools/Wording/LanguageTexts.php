<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Wording;

use DateTimeInterface;
use Espo\Core\Utils\DateTime;
use Espo\Core\Utils\Language;
use Espo\Modules\Ksef\Messages\Documentation;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\Texts;

/**
 * The catalogue as the build renders it into EspoCRM's translations; days as EspoCRM shows them to one person.
 */
final readonly class LanguageTexts implements Texts
{
    public function __construct(
        private Language $language,
        private DateTime $dateTime,
        private ?string $dateFormat = null,
        private ?Documentation $documentation = null,
    ) {}

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

    public function documentation(): ?Documentation
    {
        return $this->documentation;
    }

    public function day(string $day): string
    {
        return $this->dateTime->convertSystemDate($day, $this->dateFormat, $this->language->getLanguage());
    }

    public function dayInName(string $meaning, DateTimeInterface $day): string
    {
        $text = (string) $this->language->translateLabel("dayInName_$meaning", 'messages', 'KsefCertificate');

        return str_replace('{day}', $day->format('Y-m-d'), $text);
    }

    public function option(OptionName $option): string
    {
        return (string) $this->language->translateOption($option->value, $option->field, $option->entityType);
    }
}
