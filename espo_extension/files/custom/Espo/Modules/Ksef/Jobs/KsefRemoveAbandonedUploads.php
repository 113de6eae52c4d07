<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Field\DateTime;
use Espo\Core\Job\JobDataLess;
use Espo\Core\Utils\Log;
use Espo\Entities\Attachment;
use Espo\Modules\Ksef\Tools\Jobs\JobOutcome;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Upload\Uploads;
use Espo\ORM\EntityManager;
use Exception;

/**
 * Removes key and certificate files that were uploaded for a form which nobody saved.
 */
final readonly class KsefRemoveAbandonedUploads implements JobDataLess
{
    private const KEPT = '15 minutes';

    public function __construct(
        private EntityManager $entityManager,
        private Uploads $uploads,
        private Log $log,
        private JobRuns $runs,
    ) {}

    public function run(): void
    {
        $done = $failed = 0;

        foreach ($this->abandoned() as $attachment) {
            try {
                $this->uploads->remove($attachment);
                $done++;
            } catch (Exception $error) {
                $this->log->error('KSeF: the upload {id} could not be removed.', [
                    'id' => $attachment->getId(),
                    'exception' => $error,
                ]);
                $failed++;
            }
        }

        $this->runs->keep(new JobOutcome($done, $failed, isBridgeAway: false));
    }

    /**
     * @return iterable<Attachment>
     */
    private function abandoned(): iterable
    {
        return $this->entityManager
            ->getRDBRepositoryByClass(Attachment::class)
            ->where([
                'relatedType' => Certificates::ENTITY_TYPE,
                'field' => Uploads::FIELDS,
                'createdAt<' => DateTime::createNow()->modify('-' . self::KEPT)->toString(),
            ])
            ->find();
    }
}
