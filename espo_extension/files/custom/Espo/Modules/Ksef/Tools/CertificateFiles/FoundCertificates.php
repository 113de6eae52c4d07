<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Modules\Ksef\Messages\Message;
use SensitiveParameter;

/**
 * What files hold, and where it goes.
 */
final readonly class FoundCertificates
{
    /**
     * @param list<Placement> $placements
     * @param list<Message> $leftOver Why everything else serves nothing.
     */
    public function __construct(
        #[SensitiveParameter]
        public GivenFiles $given,
        public IntendedProfile $profile,
        public array $placements,
        public array $leftOver,
    ) {}

    /**
     * Those whose fields and fingerprints are these, and no others.
     *
     * @param array<string, mixed> $fingerprints By the fields of the profile.
     * @return list<Placement> Empty where something is found otherwise.
     */
    public function shownAs(array $fingerprints): array
    {
        $shown = array_values(array_filter(
            $this->placements,
            static fn (Placement $each): bool =>
                $each->use && ($fingerprints[$each->use->value] ?? null) === $each->fingerprint(),
        ));

        return count($shown) < count($fingerprints) ? [] : $shown;
    }
}
