<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Tools\Connection\LeftSessions;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Ends the sessions at KSeF that the bridge holds for a profile.
 */
final readonly class PostLogOut implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private BridgeClient $bridge,
        private LeftSessions $left,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);

        try {
            $revoked = $this->bridge->revokeSessions($profile->getId());
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        if (LeftSessions::areLeft($profile)) {
            $this->left->noteEnded($profile);
        }

        return ResponseComposer::json(['revoked' => $revoked]);
    }
}
