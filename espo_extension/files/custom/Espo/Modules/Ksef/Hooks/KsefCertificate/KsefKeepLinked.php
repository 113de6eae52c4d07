<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefCertificate;

use Espo\Core\Hook\Hook\BeforeRemove;
use Espo\Modules\Ksef\Tools\Record\DeletionObstacles;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\RemoveOptions;

/**
 * A certificate that a profile uses is not removed, whoever asks for it.
 *
 * @implements BeforeRemove<Entity>
 */
final readonly class KsefKeepLinked implements BeforeRemove
{
    public function __construct(private DeletionObstacles $obstacles) {}

    public function beforeRemove(Entity $entity, RemoveOptions $options): void
    {
        $this->obstacles->refuse($this->obstacles->linked([$entity]));
    }
}
