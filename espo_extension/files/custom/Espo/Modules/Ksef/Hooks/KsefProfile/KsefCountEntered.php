<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Modules\Ksef\Tools\Record\EnteredVersions;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * What a job stores does not make an open form outdated.
 *
 * @implements BeforeSave<Entity>
 */
final class KsefCountEntered implements BeforeSave
{
    /** After EspoCRM's own hook, which counts every save. */
    public static int $order = 20;

    public function __construct(private readonly EnteredVersions $versions) {}

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        $this->versions->correct($entity);
    }
}
