<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Tools\Enrolment\CertificateCollector;
use Espo\Modules\Ksef\Tools\Enrolment\KeptEnrolments;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\Modules\Ksef\Tools\Renewal\CertificateRenewals;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Asks for every certificate that was requested, goes on where one renews another, and lets the bridge forget what nobody needs any more.
 */
final readonly class KsefCollectCertificates implements JobDataLess
{
    public function __construct(
        private Certificates $certificates,
        private CertificateCollector $collector,
        private KeptEnrolments $kept,
        private CertificateRenewals $renewals,
        private EntityManager $entityManager,
        private RecordByRecord $records,
        private JobRuns $runs,
    ) {}

    public function run(): void
    {
        $this->collectAll();
        $this->runs->keep($this->records->outcome());
    }

    private function collectAll(): void
    {
        if ($this->records->each($this->certificates->requested(), $this->collect(...))) {
            return;
        }

        foreach ($this->kept->unneeded() as $id => $profileId) {
            $forget = fn () => $this->kept->forget($profileId, (string) $id);

            if ($this->records->attempt(Certificates::ENTITY_TYPE, (string) $id, $forget)) {
                return;
            }
        }
    }

    private function collect(Entity $certificate): void
    {
        try {
            $this->collector->collect($certificate);
        } catch (BridgeException $error) {
            if ($certificate->get('renewalPending')) {
                $this->renewals->tellObstacle($certificate, $error);
            }

            throw $error;
        }

        $this->entityManager->refreshEntity($certificate);

        if ($certificate->get('renewalPending')) {
            $this->renewals->carryOn($certificate);
        }
    }
}
