<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;
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
        private JobRuns $runs,
    ) {}

    public function run(): void
    {
        $this->records->each($this->certificates->pending(), $this->renewals->carryOn(...))
            ?? $this->records->each($this->certificates->due(), $this->renewals->begin(...));

        $this->runs->keep($this->records->outcome());
    }
}
