<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * Ends sessions at KSeF whose credential is about to be forgotten, as far as that can be done.
 */
final readonly class Sessions
{
    public function __construct(
        private BridgeClient $bridge,
        private Wording $wording,
        private Refusals $refusals,
    ) {}

    /**
     * @param iterable<Entity> $profiles
     * @return array{sessionsRevoked: bool, message?: string} With a message when some could not be ended.
     */
    public function end(iterable $profiles): array
    {
        $failure = null;

        foreach ($profiles as $profile) {
            try {
                $this->bridge->revokeSessions($profile->getId());
            } catch (BridgeException $error) {
                $failure = $error;

                if (!$error instanceof BridgeProblem) {
                    // The bridge itself is away: erasing does not wait for it once for every profile.
                    break;
                }
            }
        }

        if ($failure === null) {
            return ['sessionsRevoked' => true];
        }

        $messages = [new Message('sessions-not-revoked'), ...$this->refusals->messagesOf($failure)];

        return ['sessionsRevoked' => false, 'message' => $this->wording->ofAll($messages)];
    }
}
