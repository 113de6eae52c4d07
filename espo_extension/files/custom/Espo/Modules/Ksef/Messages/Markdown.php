<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

/**
 * EspoCRM shows error boxes and notifications as Markdown: what others wrote must not format them.
 */
final class Markdown
{
    private const LONGEST = 300;

    /**
     * The text as itself: one line of limited length, with nothing that Markdown would read.
     */
    public static function escape(string $text): string
    {
        return preg_replace('/[!-\/:-@\[-`{-~]/', '\\\\$0', self::line($text)) ?? '';
    }

    /**
     * The text as itself between backticks, where a backslash would be read as one.
     */
    public static function inCode(string $text): string
    {
        return str_replace('`', "'", self::line($text));
    }

    private static function line(string $text): string
    {
        $line = preg_replace('/[\p{C}\p{Z}]+/u', ' ', mb_scrub($text, 'UTF-8')) ?? '';

        if (mb_strlen($line) > self::LONGEST) {
            $line = mb_substr($line, 0, self::LONGEST - 1) . '…';
        }

        return trim($line);
    }
}
