<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefCertificate;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * When another certificate takes a record's place, the one before it is still known, and the end of the
 * new one is told anew.
 *
 * @implements BeforeSave<Entity>
 */
final readonly class KsefAnotherCertificate implements BeforeSave
{
    private const FORMER = 'formerSerialNumbers';

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        if ($entity->isNew()) {
            return;
        }

        $former = (string) $entity->getFetched('serialNumber');

        if ($former !== '' && $entity->isAttributeChanged('serialNumber')) {
            $entity->set(self::FORMER, [...(array) ($entity->get(self::FORMER) ?? []), $former]);
        }

        if ($entity->isAttributeChanged('validTo')) {
            $entity->set('noticedDays', null);
        }
    }
}
