<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

/**
 * What was said in Markdown, for where nobody reads Markdown: e-mails and terminals.
 */
final class PlainText
{
    private const ESCAPED = '\\\\([!-\/:-@\[-`{-~])';
    private const LINK = '\[((?:\\\\.|[^\]\\\\])*)]\(([^)\s]*)\)';
    private const MARKS = '[*`]';

    /**
     * @param string $siteUrl Where EspoCRM stands, for links to its own pages.
     */
    public static function ofMarkdown(string $markdown, string $siteUrl = ''): string
    {
        return (string) preg_replace_callback(
            '/' . self::ESCAPED . '|' . self::LINK . '|' . self::MARKS . '/u',
            static fn (array $match): string => match (true) {
                isset($match[3]) => self::link($match[2], $match[3], $siteUrl),
                isset($match[1]) => $match[1],
                default => '',
            },
            $markdown,
        );
    }

    /**
     * The same without line breaks.
     */
    public static function line(string $markdown, string $siteUrl = ''): string
    {
        return trim((string) preg_replace('/\s+/u', ' ', self::ofMarkdown($markdown, $siteUrl)));
    }

    private static function link(string $label, string $address, string $siteUrl): string
    {
        $isOwn = str_starts_with($address, '#') || str_starts_with($address, '?');
        $url = $isOwn ? rtrim($siteUrl, '/') . "/$address" : $address;

        return self::ofMarkdown($label) . ($siteUrl === '' && $isOwn ? '' : " ($url)");
    }
}
