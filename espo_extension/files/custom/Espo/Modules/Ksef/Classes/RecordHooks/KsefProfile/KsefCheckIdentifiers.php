<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefProfile;

use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Credentials\Identifier\InternalId;
use Espo\Modules\Ksef\Credentials\Identifier\Nip;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * A profile names a context that can exist, and that no other profile has. These fields are fixed
 * after creation, so a later save has nothing to check. Meant to run before EspoCRM's own validation,
 * which knows no words.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefCheckIdentifiers implements SaveHook
{
    public function __construct(
        private Profiles $profiles,
        private Refusals $refusals,
        private Wording $wording,
    ) {}

    public function process(Entity $entity): void
    {
        if (!$entity->isNew()) {
            return;
        }

        $messages = $this->faults((string) $entity->get('nip'), (string) $entity->get('internalId'));

        if ($messages) {
            throw $this->refusals->badRequest($messages);
        }

        $another = $this->profiles->anotherOfSameContext($entity);

        if ($another) {
            throw $this->refusals->conflict([
                new Message('profile-exists', ['profile' => Records::link($another)], field: 'nip'),
            ]);
        }

        $this->warn($entity, (string) $entity->get('internalId'));
    }

    /**
     * Told with the save, unless the inspection of a token tells the same of the same identifier.
     */
    private function warn(Entity $entity, string $internalId): void
    {
        $fitting = $internalId === '' ? '' : InternalId::thatFits($internalId);

        if ($fitting === $internalId) {
            return;
        }

        $entity->set('findings', $this->wording->toList([
            new Message(
                'internal-id-check-digit',
                ['found' => $internalId, 'expected' => $fitting],
                Severity::Warning,
                field: 'internalId',
            ),
        ]));
    }

    /**
     * @return list<Message>
     */
    private function faults(string $nip, string $internalId): array
    {
        $messages = array_values(array_filter([Nip::fault($nip)]));

        if ($internalId === '') {
            return $messages;
        }

        if (!InternalId::isWellFormed($internalId)) {
            $messages[] = new Message('internal-id-malformed', field: 'internalId');
        } elseif (!InternalId::isOfCompany($internalId, $nip)) {
            $params = ['internalId' => $internalId, 'nip' => $nip];
            $messages[] = new Message('internal-id-of-another-company', $params, field: 'internalId');
        }

        return $messages;
    }
}
