<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\Import;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * Our records are not imported, whoever asks for it and by whatever way: an import passes every check of
 * what a profile or certificate holds. EspoCRM saves the import's own record before the first row.
 *
 * @implements BeforeSave<Entity>
 */
final readonly class KsefRefuseImport implements BeforeSave
{
    private const REFUSED = [Profiles::ENTITY_TYPE, Certificates::ENTITY_TYPE];

    public function __construct(private Refusals $refusals) {}

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        if (in_array($entity->get('entityType'), self::REFUSED, true)) {
            throw $this->refusals->forbidden([new Message('import-refused')]);
        }
    }
}
