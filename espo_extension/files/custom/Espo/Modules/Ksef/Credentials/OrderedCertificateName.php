<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

use Espo\Modules\Ksef\Messages\Message;

/**
 * The name under which KSeF is to list a certificate: what it takes, as the bridge checks it, too.
 */
final class OrderedCertificateName
{
    private const LEAST_LENGTH = 5;
    private const MOST_LENGTH = 100;
    private const NOT_ALLOWED = '/[^a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]/u';
    private const FIELD = 'name';

    /**
     * Why KSeF would not take it; null when it does.
     */
    public static function refusal(string $name): ?Message
    {
        if (preg_match_all(self::NOT_ALLOWED, mb_scrub($name, 'UTF-8'), $found)) {
            $characters = array_map(self::shown(...), array_unique($found[0]));

            return new Message(
                'enrolment-name-characters',
                ['characters' => implode(' ', $characters)],
                field: self::FIELD,
            );
        }

        $length = mb_strlen($name);

        if ($length >= self::LEAST_LENGTH && $length <= self::MOST_LENGTH) {
            return null;
        }

        return new Message(
            'enrolment-name-length',
            ['length' => $length, 'least' => self::LEAST_LENGTH, 'most' => self::MOST_LENGTH],
            field: self::FIELD,
        );
    }

    private static function shown(string $character): string
    {
        return preg_match('/[\p{C}\p{Z}]/u', $character) ? sprintf('U+%04X', mb_ord($character)) : $character;
    }
}
