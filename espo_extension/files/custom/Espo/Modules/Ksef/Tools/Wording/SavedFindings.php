<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Wording;

use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\ORM\Entity;

/**
 * What a save has to tell although it succeeds, in its answer.
 */
final readonly class SavedFindings
{
    public function __construct(private Wording $wording) {}

    /**
     * @param list<Message> $messages
     */
    public function add(Entity $entity, array $messages): void
    {
        if ($messages) {
            $entity->set('findings', [...$entity->get('findings') ?? [], ...$this->wording->toList($messages)]);
        }
    }
}
