<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\SigningRequest\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Exceptions\BadRequest;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\SigningRequest\SigningRequestAnswer;
use Espo\Modules\Ksef\Tools\SigningRequest\SigningRequests;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Takes the signed document of a login to the bridge. It is in memory only.
 */
final readonly class PutSigningRequest implements Action
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
        $document = $this->document($request);

        try {
            return $this->answer->compose($profile, $this->signingRequests->submit($profile, $document));
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }
    }

    /**
     * @throws BadRequest
     */
    private function document(Request $request): string
    {
        $encoded = $request->getParsedBody()->content ?? null;
        $document = is_string($encoded) ? base64_decode($encoded, true) : false;

        return is_string($document) && $document !== ''
            ? $document
            : throw $this->refusals->badRequest([new Message('signed-file-missing')]);
    }
}
