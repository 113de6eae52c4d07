<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;

/**
 * Profiles by whose login certificates are being requested must not go away: nobody would ask KSeF for
 * what became of them.
 */
final readonly class RequestingProfiles
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
        private Refusals $refusals,
    ) {}

    /**
     * @param iterable<Entity> $profiles
     * @throws Conflict One of them requests; all that do, are named.
     */
    public function refuse(iterable $profiles): void
    {
        $messages = [];

        foreach ($profiles as $profile) {
            $requested = $this->certificates->requested($profile->getId());

            if ($requested) {
                $messages[] = new Message('profile-has-requests', [
                    'profile' => $this->profiles->link($profile),
                    'certificates' => array_map($this->certificates->link(...), $requested),
                ]);
            }
        }

        if ($messages) {
            throw $this->refusals->conflict($messages);
        }
    }
}
