<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\SigningRequest\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\SigningRequest\SignedCertificates;
use Espo\Modules\Ksef\Tools\SigningRequest\SigningRequestAnswer;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Requests a profile's first certificates by its login that was signed elsewhere, with packages if that is asked for.
 */
final readonly class PostSignedCertificates implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private SignedCertificates $certificates,
        private SigningRequestAnswer $answer,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);
        $withPackage = ($request->getParsedBody()->withPackage ?? false) === true;

        try {
            $begun = $this->certificates->request($profile, $withPackage);
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        // The bridge is not asked again: what it would fail in must not lose a password.
        return $this->answer->compose($profile, null, $withPackage ? $begun : []);
    }
}
