<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment;

use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Enrolment\Enrolment;
use Espo\Modules\Ksef\Bridge\Enrolment\EnrolmentStatus;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Tools\SigningRequest\FirstCertificates;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * Asks the bridge for what became of a request for a certificate, stores it, and lets the bridge forget.
 */
final readonly class CertificateCollector
{
    /** Somebody must act, or KSeF refuses: it does not pass by itself. */
    private const LASTING = [404, 409, 422, 502];

    public function __construct(
        private BridgeClient $bridge,
        private CertificateKeys $keys,
        private CertificateOutcomes $outcomes,
        private KeptEnrolments $kept,
        private Refusals $refusals,
        private FirstCertificates $first,
        private Log $log,
    ) {}

    /**
     * @throws BridgeException
     */
    public function collect(Entity $certificate): Enrolment
    {
        $id = $certificate->getId();
        $profileId = (string) $certificate->get('requestedByProfileId');

        try {
            if ((string) $certificate->get('privateKeySealed') === '') {
                $this->keys->obtainWithoutPackage($certificate);
            }

            $enrolment = $this->bridge->enrolment($profileId, $id);
        } catch (BridgeProblem $problem) {
            $this->storeLasting($id, $problem);

            throw $problem;
        }

        $this->outcomes->store($id, $enrolment);

        if ($enrolment->status === EnrolmentStatus::Issued || $enrolment->status === EnrolmentStatus::Rejected) {
            $this->forget($profileId, $id);
        }

        if ($enrolment->status === EnrolmentStatus::Issued) {
            $this->first->test($certificate);
        }

        return $enrolment;
    }

    private function storeLasting(string $certificateId, BridgeProblem $problem): void
    {
        if (in_array($problem->status, self::LASTING, true)) {
            $this->outcomes->storeProblem($certificateId, $this->refusals->messagesOf($problem)[0]);
        }
    }

    private function forget(string $profileId, string $certificateId): void
    {
        try {
            $this->kept->forget($profileId, $certificateId);
        } catch (BridgeException $error) {
            // What matters is stored; the job tells the bridge later.
            $this->log->warning('KSeF: the bridge was not told that certificate {id} is stored, {code}.', [
                'id' => $certificateId,
                'code' => $error->messageCode,
            ]);
        }
    }
}
