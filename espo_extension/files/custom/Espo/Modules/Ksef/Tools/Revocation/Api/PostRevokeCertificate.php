<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Revocation\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\BadRequest;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Revocation\CertificateRevocation;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Revokes a certificate at KSeF, for good.
 */
final readonly class PostRevokeCertificate implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private CertificateRevocation $revocation,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $certificate = $this->records->get($request, Certificates::ENTITY_TYPE);
        $reason = $this->reason($request);

        try {
            return ResponseComposer::json($this->revocation->revoke($certificate, $reason));
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }
    }

    /**
     * @throws BadRequest
     */
    private function reason(Request $request): string
    {
        $reason = $request->getParsedBody()->reason ?? null;

        if (!in_array($reason, CertificateRevocation::REASONS, true)) {
            throw $this->refusals->badRequest([new Message('revocation-reason-missing')]);
        }

        return $reason;
    }
}
