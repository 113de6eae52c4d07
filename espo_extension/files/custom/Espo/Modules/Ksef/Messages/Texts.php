<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

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
     * The label of an enum field's value; the value itself where it has none.
     */
    public function option(OptionName $option): string;
}
