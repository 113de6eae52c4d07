<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

/**
 * The subject's distinguished name as facts have it (RFC 4514).
 */
final class SubjectName
{
    /**
     * The first value of an attribute, its escapes undone.
     *
     * @param string $type As RFC 4514 names it: CN, O.
     */
    public static function attribute(string $subject, string $type): ?string
    {
        $pattern = '/(?:\A|[,+])' . preg_quote($type, '/') . '=((?:\\\\.|[^\\\\,+])+)/';

        if (!preg_match($pattern, $subject, $match)) {
            return null;
        }

        $text = preg_replace_callback(
            '/\\\\([0-9A-Fa-f]{2}|.)/s',
            static fn (array $escape): string => strlen($escape[1]) === 2 ? (string) hex2bin($escape[1]) : $escape[1],
            $match[1],
        );

        return mb_scrub((string) $text, 'UTF-8');
    }
}
