<?php

declare(strict_types=1);

use Espo\Core\Container;
use Espo\Core\InjectableFactory;
use Espo\Core\Utils\Config\ConfigWriter;
use Espo\Core\Utils\Log;
use Espo\ORM\EntityManager;

/**
 * Takes away the bridge's API key, which nobody needs any more, the scheduled job, which would only log errors,
 * and key files whose form nobody saved, which nothing would remove. Records, seals and the bridge's URL stay.
 *
 * EspoCRM does not run this when the extension is upgraded.
 */
class AfterUninstall
{
    private const API_KEY = 'ksefBridgeApiKey';
    private const JOB = 'KsefCheckConnections';
    /** Files in the boxes of a certificate's form. */
    private const UPLOADS = ['relatedType' => 'KsefCertificate', 'field' => ['certificateFile', 'keyFile']];

    /**
     * @param array<string, mixed> $params
     */
    public function run(Container $container, array $params = []): void
    {
        foreach ([$this->removeApiKey(...), $this->removeJobs(...), $this->removeUploads(...)] as $remove) {
            try {
                $remove($container);
            } catch (Throwable $error) {
                $container->getByClass(Log::class)->error('KSeF, after uninstall: ' . $error->getMessage());
            }
        }
    }

    private function removeApiKey(Container $container): void
    {
        $writer = $container->getByClass(InjectableFactory::class)->create(ConfigWriter::class);

        $writer->remove(self::API_KEY);
        $writer->save();
    }

    private function removeJobs(Container $container): void
    {
        $entityManager = $container->getByClass(EntityManager::class);
        $jobs = $entityManager
            ->getRDBRepository('ScheduledJob')
            ->where(['job' => self::JOB])
            ->find();

        foreach ($jobs as $job) {
            $entityManager->removeEntity($job);
        }
    }

    private function removeUploads(Container $container): void
    {
        $entityManager = $container->getByClass(EntityManager::class);
        $repository = $entityManager->getRDBRepository('Attachment');

        foreach ($repository->where(self::UPLOADS)->find() as $upload) {
            // Its file goes with the row.
            $entityManager->removeEntity($upload);
            $repository->deleteFromDb($upload->getId());
        }
    }
}
