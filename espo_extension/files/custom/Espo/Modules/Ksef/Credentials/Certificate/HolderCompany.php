<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

/**
 * The company that a certificate was issued to.
 */
final readonly class HolderCompany
{
    /** As much as a profile takes. */
    private const LONGEST_NAME = 255;

    /**
     * @param string $name Empty where the certificate tells none.
     */
    private function __construct(
        public string $nip,
        public string $name,
    ) {}

    /**
     * Null where the holder is a person, or nobody tells.
     *
     * @param string $identifierType Nip, Pesel, Fingerprint, or '' where it is not known.
     * @param string $subjectName RFC 4514
     */
    public static function of(string $identifierType, string $identifierValue, string $subjectName): ?self
    {
        if ($identifierType !== 'Nip') {
            return null;
        }

        $name = (string) SubjectName::attribute($subjectName, 'O');

        return new self($identifierValue, mb_substr($name, 0, self::LONGEST_NAME));
    }
}
