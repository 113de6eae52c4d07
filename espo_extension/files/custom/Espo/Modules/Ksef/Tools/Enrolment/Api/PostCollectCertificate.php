<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Bridge\Enrolment\Enrolment;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Enrolment\CertificateCollector;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\EntityManager;

/**
 * Asks at once for a certificate that was requested, as the job does every two minutes.
 */
final readonly class PostCollectCertificate implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private EntityManager $entityManager,
        private CertificateCollector $collector,
        private Wording $wording,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $certificate = $this->records->get($request, Certificates::ENTITY_TYPE);

        if (!Certificates::isRequested($certificate)) {
            return ResponseComposer::json(['status' => $certificate->get('status')]);
        }

        try {
            $enrolment = $this->collector->collect($certificate);
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        $this->entityManager->refreshEntity($certificate);

        return ResponseComposer::json([
            'status' => $certificate->get('status'),
            ...$this->remarks($enrolment),
        ]);
    }

    /**
     * @return array<string, string|int>
     */
    private function remarks(Enrolment $enrolment): array
    {
        return array_filter([
            'message' => $enrolment->problem ? $this->wording->withPage($enrolment->problem) : null,
            'retryAfter' => $enrolment->retryAfter,
        ], static fn (mixed $value): bool => $value !== null);
    }
}
