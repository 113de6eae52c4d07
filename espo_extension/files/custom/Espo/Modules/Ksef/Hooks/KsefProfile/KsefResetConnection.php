<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Connection\ConnectionResults;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * What was found with another credential says nothing about this one. What the profile does not log in with
 * changes nothing.
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

        $isOtherLogin = Profiles::login($entity->getFetched(...)) !== Profiles::login($entity->get(...));
        $isOtherOffline = $entity->isAttributeChanged(CertificateUse::Offline->idAttribute());

        if ($isOtherLogin || $isOtherOffline && $this->results->isFailedOffline($entity)) {
            $this->results->forget($entity);
        }
    }
}
