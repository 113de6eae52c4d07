<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Messages\Message;

/**
 * What certificates are called, here and at KSeF.
 */
final class CertificateName
{
    private const LONGEST = 255;

    /** As KSeF lists a certificate that was requested. */
    private const LEAST_LISTED = 5;
    private const LONGEST_LISTED = 100;
    private const NOT_LISTED = '/[^a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]/u';
    private const DAY_AT_END = '/[\s_\-]*(?:(?<![\p{L}\d])(?:until|do|requested|wniosek)[\s_\-])?\d{4}-\d{2}-\d{2}$/u';

    /**
     * For one that nobody named: whose it is, of which type, until when.
     *
     * @param string $type Label of the type; '' when it cannot be decided.
     * @param string $until Until when, in words around the day.
     */
    public static function suggest(CertificateFacts $facts, string $type, string $until): string
    {
        $owner = SubjectName::attribute($facts->subjectName, 'CN') ?? $facts->identifierValue;
        $end = ' ' . implode(' ', array_filter([$type, $until]));

        return mb_substr($owner, 0, self::LONGEST - mb_strlen($end)) . $end;
    }

    /**
     * Why KSeF would not list a certificate under the name, as the bridge checks it, too; null when it does.
     */
    public static function refusal(string $name): ?Message
    {
        if (preg_match_all(self::NOT_LISTED, mb_scrub($name, 'UTF-8'), $found)) {
            $characters = array_map(self::shown(...), array_unique($found[0]));

            return new Message('enrolment-name-characters', ['characters' => implode(' ', $characters)], field: 'name');
        }

        $length = mb_strlen($name);

        if ($length >= self::LEAST_LISTED && $length <= self::LONGEST_LISTED) {
            return null;
        }

        return new Message(
            'enrolment-name-length',
            ['length' => $length, 'least' => self::LEAST_LISTED, 'most' => self::LONGEST_LISTED],
            field: 'name',
        );
    }

    /**
     * For the successor of a certificate: as that is called, and when the successor was requested, within what
     * KSeF takes.
     *
     * @param string $requested When the successor is requested, in words around the day.
     */
    public static function ofSuccessor(string $name, string $requested): string
    {
        $stem = (string) preg_replace(self::DAY_AT_END, '', self::listable($name));

        return self::listed($stem, " $requested");
    }

    /**
     * For one that is requested: whose it will be, of which type, when it was requested, within what KSeF takes.
     *
     * @param string $type Label of the type.
     * @param string $requested When it is requested, in words around the day.
     */
    public static function ofRequested(string $owner, string $type, string $requested): string
    {
        return self::listed(self::listable($owner), ' ' . self::listable("$type $requested"));
    }

    private static function listable(string $name): string
    {
        $text = (string) preg_replace(self::NOT_LISTED, ' ', mb_scrub($name, 'UTF-8'));

        return (string) preg_replace('/\s+/', ' ', trim($text));
    }

    private static function listed(string $stem, string $end): string
    {
        return ltrim(rtrim(mb_substr($stem, 0, self::LONGEST_LISTED - mb_strlen($end))) . $end);
    }

    private static function shown(string $character): string
    {
        return preg_match('/[\p{C}\p{Z}]/u', $character) ? sprintf('U+%04X', mb_ord($character)) : $character;
    }
}
