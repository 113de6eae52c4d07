<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\FieldProcessing\KsefProfile;

use Espo\Core\FieldProcessing\Loader;
use Espo\Core\FieldProcessing\Loader\Params;
use Espo\Modules\Ksef\Tools\Renewal\ProfileExpiry;
use Espo\ORM\Entity;

/**
 * When the certificates of a profile end, and whether they renew themselves. EspoCRM keeps the loader for all records
 * of a list.
 *
 * @implements Loader<Entity>
 */
final readonly class ExpiryLoader implements Loader
{
    public function __construct(private ProfileExpiry $expiry) {}

    public function process(Entity $entity, Params $params): void
    {
        if ($entity->has('authorizationType') && $entity->has('environment')) {
            $entity->set('expiry', $this->expiry->of($entity));
        }
    }
}
