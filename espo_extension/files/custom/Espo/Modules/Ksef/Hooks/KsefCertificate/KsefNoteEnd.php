<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefCertificate;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * Since when a certificate can no longer be used; it stands on top of lists for a while.
 *
 * @implements BeforeSave<Entity>
 */
final readonly class KsefNoteEnd implements BeforeSave
{
    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        if (!CertificateStatus::isEnded($entity->get('status'))) {
            if ($entity->get('endedAt') !== null) {
                $entity->set('endedAt', null);
            }

            return;
        }

        if ($entity->get('endedAt') === null) {
            $entity->set('endedAt', DateTime::getSystemNowString());
        }
    }
}
