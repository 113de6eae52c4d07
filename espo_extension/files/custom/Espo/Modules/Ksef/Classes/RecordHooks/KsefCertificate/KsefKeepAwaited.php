<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefCertificate;

use Espo\Core\Record\DeleteParams;
use Espo\Core\Record\Hook\DeleteHook;
use Espo\Modules\Ksef\Tools\Record\DeletionObstacles;
use Espo\ORM\Entity;

/**
 * A request that KSeF may still grant is not deleted by hand.
 *
 * @implements DeleteHook<Entity>
 */
final readonly class KsefKeepAwaited implements DeleteHook
{
    public function __construct(private DeletionObstacles $obstacles) {}

    public function process(Entity $entity, DeleteParams $params): void
    {
        $this->obstacles->refuse($this->obstacles->awaited([$entity]));
    }
}
