<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefCertificate;

use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Tools\Upload\Uploads;
use Espo\ORM\Entity;

/**
 * Once the save has succeeded nothing of the uploaded files is left; a refused one keeps them, so
 * that only the password is typed again.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefRemoveUploads implements SaveHook
{
    public function __construct(private Uploads $uploads) {}

    public function process(Entity $entity): void
    {
        $this->uploads->removeAll($entity);
    }
}
