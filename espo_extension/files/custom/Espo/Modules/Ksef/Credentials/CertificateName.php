<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

use Espo\Modules\Ksef\Bridge\CertificateFacts;

/**
 * A name for a certificate that nobody named: whose it is, of which type, until when.
 */
final class CertificateName
{
    private const LONGEST = 255;
    private const COMMON_NAME = '/(?:\A|[,+])CN=((?:\\\\.|[^\\\\,+])+)/';

    /**
     * @param string $type Label of the type; '' when it cannot be decided.
     * @param string $until Until when, in words around the day.
     */
    public static function suggest(CertificateFacts $facts, string $type, string $until): string
    {
        $owner = self::commonName($facts->subjectName) ?? $facts->identifierValue;
        $end = implode(', ', array_filter([$type, $until]));

        return mb_substr($owner, 0, self::LONGEST - mb_strlen($end) - 3) . " ($end)";
    }

    /**
     * The subject's CN in RFC 4514, its escapes undone.
     */
    private static function commonName(string $subject): ?string
    {
        if (!preg_match(self::COMMON_NAME, $subject, $match)) {
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
