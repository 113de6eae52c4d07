<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Connection\Sessions;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Erases a profile's sealed token and ends its sessions; the first also when the second fails.
 */
final readonly class PostForgetToken implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private Records $stored,
        private EntityManager $entityManager,
        private Sessions $sessions,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);

        if ((string) $profile->get('tokenSealed') === '') {
            throw $this->refusals->conflict([
                new Message('profile-has-no-token', ['profile' => Records::link($profile)]),
            ]);
        }

        // While the seal is there the bridge can log in to end what it holds.
        $answer = $this->sessions->end([$profile]);

        $this->stored->locked(
            Profiles::ENTITY_TYPE,
            $profile->getId(),
            fn (Entity $locked) => $this->erase($locked, $profile->get('tokenReference')),
        );

        return ResponseComposer::json($answer);
    }

    /**
     * Another token that was entered meanwhile stays.
     */
    private function erase(Entity $profile, ?string $reference): void
    {
        if ($profile->get('tokenReference') === $reference) {
            $profile->set(['tokenSealed' => null, 'tokenReference' => null]);
            $this->entityManager->saveEntity($profile);
        }
    }
}
