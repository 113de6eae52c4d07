<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Exceptions\BadRequest;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateName;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Enrolment\BegunRequestAnswer;
use Espo\Modules\Ksef\Tools\Enrolment\CertificateRequests;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Requests a certificate with the login of a profile, and shows the password of its package once.
 */
final readonly class PostRequestCertificate implements Action
{
    private const TYPES = ['Authentication', 'Offline'];
    private const KEY_ALGORITHMS = ['EC P-256', 'RSA 2048'];

    public function __construct(
        private RequestedRecords $records,
        private CertificateRequests $requests,
        private BegunRequestAnswer $answer,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);
        $order = $this->order($request);

        try {
            $begun = $this->requests->begin($profile, $order);
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        return $this->answer->compose(
            $begun,
            $begun->packagePassword === null ? 'certificate-requested-without-package' : 'certificate-requested',
        );
    }

    /**
     * @throws BadRequest
     */
    private function order(Request $request): CertificateOrder
    {
        $body = $request->getParsedBody();
        [$type, $name, $keyAlgorithm] = [$body->type ?? null, $body->name ?? null, $body->keyAlgorithm ?? null];

        if (
            !is_string($name)
            || !in_array($type, self::TYPES, true)
            || !in_array($keyAlgorithm, self::KEY_ALGORITHMS, true)
        ) {
            throw $this->refusals->badRequest([new Message('certificate-order-incomplete')]);
        }

        $refusal = CertificateName::refusal($name);

        if ($refusal) {
            throw $this->refusals->badRequest([$refusal]);
        }

        return new CertificateOrder($type, $name, $keyAlgorithm);
    }
}
