<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\SigningRequest\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\SigningRequest\SigningRequestAnswer;
use Espo\Modules\Ksef\Tools\SigningRequest\SigningRequests;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Says where a profile's login stands whose document is signed elsewhere, and the certificates that it requested.
 */
final readonly class GetSigningRequest implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private SigningRequests $signingRequests,
        private SigningRequestAnswer $answer,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);

        try {
            return $this->answer->compose($profile, $this->signingRequests->find($profile));
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }
    }
}
