<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\AfterRemove;
use Espo\Core\Hook\Hook\AfterSave;
use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Tools\Connection\LeftSessions;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\RemoveOptions;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * Whoever deletes a profile or makes it inactive ends its sessions at KSeF. What the bridge does not do at
 * once is left to the job KsefEndSessions: nobody waits for it, be it for one profile or for hundreds.
 *
 * @implements BeforeSave<Entity>
 * @implements AfterSave<Entity>
 * @implements AfterRemove<Entity>
 */
final class KsefEndSessions implements BeforeSave, AfterSave, AfterRemove
{
    /** For each call. */
    private const TIMEOUT_SECONDS = 3;

    /** How long this request goes on waiting for the bridge; nothing once the bridge has failed it. */
    private float $secondsLeft = 3.0;

    public function __construct(private readonly LeftSessions $sessions) {}

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        if ($entity->isNew() || $entity->get('status') === 'Active') {
            $entity->set(LeftSessions::MAY_BE_OPEN, $entity->get('status') === 'Active');
        }
    }

    public function afterSave(Entity $entity, SaveOptions $options): void
    {
        if (!$entity->isNew() && $entity->isAttributeChanged('status')) {
            $this->end($entity);
        }
    }

    public function afterRemove(Entity $entity, RemoveOptions $options): void
    {
        $this->end($entity);
    }

    private function end(Entity $profile): void
    {
        if (!LeftSessions::areLeft($profile) || $this->secondsLeft <= 0) {
            return;
        }

        $start = microtime(true);

        try {
            $this->sessions->end($profile, self::TIMEOUT_SECONDS);
            $this->secondsLeft -= microtime(true) - $start;
        } catch (BridgeException) {
            // The profile says that it is still to be done.
            $this->secondsLeft = 0;
        }
    }
}
