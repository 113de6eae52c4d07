<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Modules\Ksef\Tools\ConnectionResults;
use Espo\Modules\Ksef\Tools\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * What was found with another credential says nothing about this one.
 *
 * @implements BeforeSave<Entity>
 */
final readonly class KsefResetConnection implements BeforeSave
{
    public function __construct(private ConnectionResults $results) {}

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        if ($entity->isNew() || $options->get(ConnectionResults::STAYS)) {
            return;
        }

        foreach (Profiles::CREDENTIAL_ATTRIBUTES as $attribute) {
            if ($entity->isAttributeChanged($attribute)) {
                $this->results->forget($entity);

                return;
            }
        }
    }
}
