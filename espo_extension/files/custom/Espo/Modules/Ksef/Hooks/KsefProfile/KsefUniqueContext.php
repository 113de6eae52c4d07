<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * One profile for each context, also when a deleted one is restored.
 *
 * @implements BeforeSave<Entity>
 */
final readonly class KsefUniqueContext implements BeforeSave
{
    public function __construct(
        private Profiles $profiles,
        private Refusals $refusals,
    ) {}

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        if ($entity->get('internalId') === null) {
            // The unique index takes two companies without a unit for different ones otherwise.
            $entity->set('internalId', '');
        }

        if (!$this->isPlaceTaken($entity)) {
            return;
        }

        $another = $this->profiles->anotherOfSameContext($entity);

        if ($another) {
            throw $this->refusals->conflict([
                new Message('profile-exists', ['profile' => Records::link($another)], field: 'nip'),
            ]);
        }
    }

    /**
     * Whether this save gives the record a place among those that are not deleted.
     */
    private function isPlaceTaken(Entity $profile): bool
    {
        foreach ([...Profiles::CONTEXT_ATTRIBUTES, 'deleteId'] as $attribute) {
            if ($profile->isNew() || $profile->isAttributeChanged($attribute)) {
                return true;
            }
        }

        return false;
    }
}
