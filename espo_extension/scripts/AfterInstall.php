<?php

declare(strict_types=1);

use Espo\Core\Container;
use Espo\Core\Utils\Language;
use Espo\Core\Utils\Log;
use Espo\ORM\EntityManager;

/**
 * Adds the scheduled job that administrators see, unless it is there. Whatever they changed stays.
 *
 * It must not throw: EspoCRM would be left without the module.
 */
class AfterInstall
{
    private const JOB = 'KsefCheckConnections';
    private const SCHEDULING = '15 6 * * *';

    /**
     * @param array<string, mixed> $params
     */
    public function run(Container $container, array $params = []): void
    {
        try {
            if (!$this->hasJob($container, $params['isUpgrade'] ?? false)) {
                $this->addJob($container);
            }
        } catch (Throwable $error) {
            $container->getByClass(Log::class)->error('KSeF, after install: ' . $error->getMessage());
        }
    }

    /**
     * Whether the job is there, or was there when the extension is only upgraded: then an
     * administrator deleted it.
     */
    private function hasJob(Container $container, bool $isUpgrade): bool
    {
        $entityManager = $container->getByClass(EntityManager::class);
        $query = $entityManager->getQueryBuilder()->select()->from('ScheduledJob')->where(['job' => self::JOB]);

        if ($isUpgrade) {
            $query->withDeleted();
        }

        return $entityManager->getRDBRepository('ScheduledJob')->clone($query->build())->findOne() !== null;
    }

    private function addJob(Container $container): void
    {
        /** @var Language $language */
        $language = $container->get('defaultLanguage');

        $container->getByClass(EntityManager::class)->createEntity('ScheduledJob', [
            'name' => $language->translateOption(self::JOB, 'job', 'ScheduledJob'),
            'job' => self::JOB,
            'status' => 'Active',
            'scheduling' => self::SCHEDULING,
        ]);
    }
}
