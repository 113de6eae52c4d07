<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\BeforeRemove;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Certificates;
use Espo\Modules\Ksef\Tools\Profiles;
use Espo\Modules\Ksef\Tools\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\RemoveOptions;

/**
 * A profile by whose login certificates are being requested is not removed: KSeF would be asked by
 * nobody for what became of them.
 *
 * @implements BeforeRemove<Entity>
 */
final readonly class KsefKeepRequesting implements BeforeRemove
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
        private Refusals $refusals,
    ) {}

    public function beforeRemove(Entity $entity, RemoveOptions $options): void
    {
        $requested = $this->certificates->requested($entity->getId());

        if ($requested) {
            throw $this->refusals->conflict([
                new Message('profile-has-requests', [
                    'profile' => $this->profiles->link($entity),
                    'certificates' => array_map($this->certificates->link(...), $requested),
                ]),
            ]);
        }
    }
}
