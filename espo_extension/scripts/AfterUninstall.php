<?php

declare(strict_types=1);

use Espo\Core\Container;
use Espo\Core\Utils\Log;
use Espo\ORM\EntityManager;

/**
 * Takes away the scheduled job, which would only log errors, and key files whose form nobody saved, which
 * nothing would remove any more. Records, seals and settings stay.
 *
 * EspoCRM does not run this when the extension is upgraded.
 */
class AfterUninstall
{
    private const JOB = 'KsefCheckConnections';
    /** Files in the boxes of a certificate's form. */
    private const UPLOADS = ['relatedType' => 'KsefCertificate', 'field' => ['certificateFile', 'keyFile']];

    /**
     * @param array<string, mixed> $params
     */
    public function run(Container $container, array $params = []): void
    {
        try {
            $this->removeJobs($container->getByClass(EntityManager::class));
            $this->removeUploads($container->getByClass(EntityManager::class));
        } catch (Throwable $error) {
            $container->getByClass(Log::class)->error('KSeF, after uninstall: ' . $error->getMessage());
        }
    }

    private function removeJobs(EntityManager $entityManager): void
    {
        $jobs = $entityManager
            ->getRDBRepository('ScheduledJob')
            ->where(['job' => self::JOB])
            ->find();

        foreach ($jobs as $job) {
            $entityManager->removeEntity($job);
        }
    }

    private function removeUploads(EntityManager $entityManager): void
    {
        $repository = $entityManager->getRDBRepository('Attachment');

        foreach ($repository->where(self::UPLOADS)->find() as $upload) {
            // Its file goes with the row.
            $entityManager->removeEntity($upload);
            $repository->deleteFromDb($upload->getId());
        }
    }
}
