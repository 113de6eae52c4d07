<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;

/**
 * The profile that certificates go into: a stored one, or the one that is made with them.
 */
final readonly class IntendedProfile
{
    /**
     * @param Entity $record A new one holds what is known of it: NIP, company, and an environment to place
     *   certificates in.
     * @param ?string $environment Null as long as nobody has chosen it.
     * @param bool $isNipTold Whether nobody needs to be asked for the NIP.
     * @param list<Message> $missing What keeps it from being made.
     */
    public function __construct(
        public Entity $record,
        public ?string $environment,
        public bool $isNipTold = true,
        public array $missing = [],
    ) {}
}
