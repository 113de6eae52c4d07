<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\FieldProcessing\KsefCertificate;

use DateTimeImmutable;
use Espo\Core\FieldProcessing\Loader;
use Espo\Core\FieldProcessing\Loader\Params;
use Espo\Modules\Ksef\Credentials\Validity\DaysLeft;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\ORM\Entity;

/**
 * Whole days until the certificate ends; negative when it has.
 *
 * @implements Loader<Entity>
 */
final class DaysLeftLoader implements Loader
{
    public function process(Entity $entity, Params $params): void
    {
        $validTo = StoredMoment::read($entity->get('validTo'));

        if ($validTo) {
            $entity->set('daysLeft', DaysLeft::until($validTo, new DateTimeImmutable()));
        }
    }
}
