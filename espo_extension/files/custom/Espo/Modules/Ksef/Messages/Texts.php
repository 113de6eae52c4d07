<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

use DateTimeInterface;

/**
 * The catalogue's texts in one language.
 */
interface Texts
{
    /**
     * @return ?string A text with `{placeholders}`; null for an unknown code.
     */
    public function find(string $code): ?string;

    /**
     * @return array<string, string> Words for the values that the placeholder shows; empty where they stand for
     *     themselves.
     */
    public function names(string $placeholder): array;

    /**
     * @return ?Documentation The site that tells more; null where there is none.
     */
    public function documentation(): ?Documentation;

    /**
     * A day as the reader writes dates.
     *
     * @param string $day YYYY-MM-DD.
     */
    public function day(string $day): string;

    /**
     * A day in a name, with what it means: the same for every reader, in what KSeF takes in names.
     *
     * @param 'until'|'requested' $meaning
     */
    public function dayInName(string $meaning, DateTimeInterface $day): string;

    /**
     * The label of an enum field's value; the value itself where it has none.
     */
    public function option(OptionName $option): string;
}
