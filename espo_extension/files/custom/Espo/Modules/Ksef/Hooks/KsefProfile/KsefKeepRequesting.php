<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\BeforeRemove;
use Espo\Modules\Ksef\Tools\Record\DeletionObstacles;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\RemoveOptions;

/**
 * A profile that requests certificates is not removed, whoever asks for it.
 *
 * @implements BeforeRemove<Entity>
 */
final readonly class KsefKeepRequesting implements BeforeRemove
{
    public function __construct(private DeletionObstacles $obstacles) {}

    public function beforeRemove(Entity $entity, RemoveOptions $options): void
    {
        $this->obstacles->refuse($this->obstacles->requesting([$entity]));
    }
}
