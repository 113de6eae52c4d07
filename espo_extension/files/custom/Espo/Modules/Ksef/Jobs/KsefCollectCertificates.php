<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Tools\CertificateCollector;
use Espo\Modules\Ksef\Tools\Certificates;
use Espo\Modules\Ksef\Tools\KeptEnrolments;
use Exception;

/**
 * Asks for every certificate that was requested, and lets the bridge forget what nobody needs any more.
 */
final readonly class KsefCollectCertificates implements JobDataLess
{
    public function __construct(
        private Certificates $certificates,
        private CertificateCollector $collector,
        private KeptEnrolments $kept,
        private Log $log,
    ) {}

    public function run(): void
    {
        foreach ($this->certificates->requested() as $certificate) {
            $isBridgeThere = $this->attempt(
                $certificate->getId(),
                fn () => $this->collector->collect($certificate),
            );

            if (!$isBridgeThere) {
                return;
            }
        }

        foreach ($this->kept->unneeded() as $id => $profileId) {
            if (!$this->attempt((string) $id, fn () => $this->kept->forget($profileId, (string) $id))) {
                return;
            }
        }
    }

    /**
     * What goes wrong with one certificate is no matter of the others.
     *
     * @return bool Whether the bridge is there; else the others would fare no better.
     */
    private function attempt(string $certificateId, callable $work): bool
    {
        try {
            $work();
        } catch (BridgeException $error) {
            $this->log->error('KSeF: certificate {id} could not be asked for, {code}, request {requestId}.', [
                'id' => $certificateId,
                'code' => $error->messageCode,
                'requestId' => $error->requestId,
            ]);

            return $error instanceof BridgeProblem;
        } catch (Exception $error) {
            $this->log->error('KSeF: certificate {id} could not be stored, {type} at {file}({line}).', [
                'id' => $certificateId,
                'type' => $error::class,
                'file' => $error->getFile(),
                'line' => $error->getLine(),
            ]);
        }

        return true;
    }
}
