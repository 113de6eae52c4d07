<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Espo\Core\Utils\FieldUtil;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The version of a record counts what people enter: EspoCRM takes a form for outdated when it has changed,
 * and results that a job or the bridge stores beside it are nothing that a form could overwrite.
 */
final readonly class EnteredVersions
{
    private const VERSION = 'versionNumber';

    public function __construct(
        private EntityManager $entityManager,
        private FieldUtil $fieldUtil,
    ) {}

    /**
     * To be called before a save, after EspoCRM counted it.
     */
    public function correct(Entity $record): void
    {
        if (!$record->isNew() && $record->hasFetched(self::VERSION) && !$this->isEntered($record)) {
            $record->set(self::VERSION, $record->getFetched(self::VERSION));
        }
    }

    /**
     * Whether a field changes that people can write.
     */
    private function isEntered(Entity $record): bool
    {
        $type = $record->getEntityType();

        foreach ($this->entityManager->getDefs()->getEntity($type)->getFieldList() as $field) {
            if ($field->getParam('readOnly')) {
                continue;
            }

            foreach ($this->fieldUtil->getActualAttributeList($type, $field->getName()) as $attribute) {
                if ($record->isAttributeChanged($attribute)) {
                    return true;
                }
            }
        }

        return false;
    }
}
