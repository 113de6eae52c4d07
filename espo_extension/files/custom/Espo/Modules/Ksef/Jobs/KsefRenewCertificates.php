<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\Modules\Ksef\Tools\Renewal\CertificateRenewals;
use Espo\Modules\Ksef\Tools\Renewal\RenewableCertificates;

/**
 * Requests successors of certificates that come to their end, and lets those that are issued take over.
 */
final readonly class KsefRenewCertificates implements JobDataLess
{
    public function __construct(
        private RenewableCertificates $certificates,
        private CertificateRenewals $renewals,
        private RecordByRecord $records,
    ) {}

    public function run(): void
    {
        foreach ($this->certificates->pending() as $successor) {
            if ($this->isAway($successor->getId(), fn () => $this->renewals->carryOn($successor))) {
                return;
            }
        }

        foreach ($this->certificates->due() as $certificate) {
            if ($this->isAway($certificate->getId(), fn () => $this->renewals->begin($certificate))) {
                return;
            }
        }
    }

    /**
     * Whether the bridge was found to be away at this piece of work.
     */
    private function isAway(string $certificateId, callable $work): bool
    {
        return $this->records->attempt(Certificates::ENTITY_TYPE, $certificateId, $work) !== null;
    }
}
