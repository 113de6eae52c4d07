<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Company\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\BadRequest;
use Espo\Core\Exceptions\Forbidden;
use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Identifier\Nip;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * What the Ministry's list of VAT payers says of a company, as a profile names it. Nothing is stored.
 */
final readonly class GetCompany implements Action
{
    public function __construct(
        private User $user,
        private BridgeClient $bridge,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        $nip = Nip::asWritten($request->getRouteParam('nip') ?? throw new BadRequest('No NIP.'));

        try {
            $company = $this->bridge->company($nip);
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        return ResponseComposer::json([
            'companyName' => $company->name,
            'address' => $company->address,
            'regon' => $company->regon,
            'krsNumber' => $company->krsNumber,
            'vatStatus' => $company->vatStatus,
            'asOf' => $company->asOf,
        ]);
    }
}
