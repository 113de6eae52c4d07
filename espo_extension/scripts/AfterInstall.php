<?php

declare(strict_types=1);

use Espo\Core\Container;
use Espo\Core\Utils\Language;
use Espo\Core\Utils\Log;
use Espo\ORM\EntityManager;

/**
 * Adds the scheduled job that administrators see, unless it is there. Whatever they changed stays. Of
 * certificates stored by an older version it forgets an environment that their issuer does not tell.
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
        $isUpgrade = $params['isUpgrade'] ?? false;

        $this->attempt($container, function () use ($container, $isUpgrade): void {
            if (!$this->hasJob($container, $isUpgrade)) {
                $this->addJob($container);
            }
        });

        if ($isUpgrade) {
            $this->attempt($container, fn () => $this->forgetGuessedEnvironments($container));
        }
    }

    private function attempt(Container $container, Closure $work): void
    {
        try {
            $work();
        } catch (Throwable $error) {
            $container->getByClass(Log::class)->error('KSeF, after install: ' . $error->getMessage());
        }
    }

    /**
     * The issuer of Test's certificates, once taken for Test's alone, is Demo's too. Of those requested here
     * the profile that requested them tells the environment.
     */
    private function forgetGuessedEnvironments(Container $container): void
    {
        $entityManager = $container->getByClass(EntityManager::class);

        $query = $entityManager
            ->getQueryBuilder()
            ->update()
            ->in('KsefCertificate')
            ->set(['environment' => ''])
            ->where(['kind' => 'Ksef', 'environment' => 'Test', 'requestedByProfileId' => null])
            ->build();

        $entityManager->getQueryExecutor()->execute($query);
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
