<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Identifier;

use SensitiveParameter;

/**
 * Whose a KSeF token is, by its second part: `…|nip-5265877635|…` or `…|internalId-5265877635-12346|…`.
 * Whether the token can be used is for the bridge to say.
 */
final readonly class TokenContext
{
    private const PART = '/\|(?:nip-(?<nip>\d{10})|internalId-(?<unit>(?<company>\d{10})-\d{5}))\|/';

    /**
     * @param string $internalId Of a unit; '' where the token is the whole company's.
     */
    private function __construct(
        public string $nip,
        public string $internalId,
    ) {}

    /**
     * Of a token as it was pasted; null where it names nobody.
     */
    public static function read(#[SensitiveParameter] string $token): ?self
    {
        $line = WrittenNumber::withPlainHyphens(WrittenNumber::withoutBlanks($token));

        if (!preg_match(self::PART, $line, $found)) {
            return null;
        }

        return isset($found['unit'])
            ? new self($found['company'], $found['unit'])
            : new self($found['nip'], '');
    }
}
