<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefCertificate;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * When another certificate takes a record's place, the one before it is still known; the end of the new one,
 * and what keeps it from being renewed, is told anew.
 *
 * @implements BeforeSave<Entity>
 */
final readonly class KsefAnotherCertificate implements BeforeSave
{
    private const FORMER = 'formerSerialNumbers';
    private const OF_THE_FORMER = [
        'renewalCode',
        'renewalParams',
        'renewalToldCodes',
        'renewalAttemptedAt',
        'lastCheckedAt',
    ];

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        if ($entity->isNew()) {
            return;
        }

        $former = (string) $entity->getFetched('serialNumber');

        if ($former !== '' && $entity->isAttributeChanged('serialNumber')) {
            $entity->set(self::FORMER, [...(array) ($entity->get(self::FORMER) ?? []), $former]);
            $entity->set(array_fill_keys(self::OF_THE_FORMER, null));
        }

        if ($entity->isAttributeChanged('validTo')) {
            $entity->set('noticedDays', null);
        }
    }
}
