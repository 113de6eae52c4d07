<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Tools\CertificateState\CertificateStates;
use Espo\Modules\Ksef\Tools\CertificateState\CertificateSynchronization;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;
use Espo\Modules\Ksef\Tools\Notice\CertificateEndNotices;
use Espo\Modules\Ksef\Tools\Notice\TokenEndNotices;

/**
 * Once a day: the states of certificates from their dates and from KSeF, certificates that KSeF knows and
 * EspoCRM does not, and notices of what comes to its end.
 */
final readonly class KsefSynchronizeCertificates implements JobDataLess
{
    public function __construct(
        private CertificateStates $states,
        private CertificateSynchronization $synchronization,
        private CertificateEndNotices $certificateNotices,
        private TokenEndNotices $tokenNotices,
        private JobRuns $runs,
    ) {}

    public function run(): void
    {
        $this->states->endExpired();
        $synchronized = $this->synchronization->run();
        $this->certificateNotices->tell();
        $this->tokenNotices->tell();
        $this->runs->keep($synchronized);
    }
}
