<?php

declare(strict_types=1);

use Espo\Core\Container;
use Espo\Core\ORM\Repository\Option\SaveOption;
use Espo\Core\Utils\Language;
use Espo\Core\Utils\Log;
use Espo\ORM\EntityManager;
use Espo\ORM\Query\Part\Expression;

/**
 * Adds the scheduled job that administrators see, unless it is there. Whatever they changed stays. Of
 * certificates stored by an older version it forgets an environment that their issuer does not tell, of
 * profiles that they were found by their e-mail address.
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

        // The older version may have been uninstalled: its tables stay.
        $this->attempt($container, fn () => $this->moveEmailAddresses($container));
        $this->attempt($container, fn () => $this->forgetSenders($container));
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
     * Out of the table in which EspoCRM looks for a record to name to whoever reads an e-mail.
     */
    private function moveEmailAddresses(Container $container): void
    {
        $entityManager = $container->getByClass(EntityManager::class);

        $move = $entityManager
            ->getQueryBuilder()
            ->update()
            ->in('KsefProfile')
            ->join('EntityEmailAddress', 'found', [
                'found.entityId:' => 'id',
                'found.entityType' => 'KsefProfile',
                'found.primary' => true,
                'found.deleted' => false,
            ])
            ->join('EmailAddress', 'address', ['address.id:' => 'found.emailAddressId'])
            ->set(['emailAddress' => Expression::column('address.name')])
            ->build();
        $remove = $entityManager
            ->getQueryBuilder()
            ->delete()
            ->from('EntityEmailAddress')
            ->where(['entityType' => 'KsefProfile'])
            ->build();

        $entityManager->getQueryExecutor()->execute($move);
        $entityManager->getQueryExecutor()->execute($remove);
    }

    /**
     * In the stream and in notifications EspoCRM has noted which profile an e-mail came from.
     */
    private function forgetSenders(Container $container): void
    {
        $entityManager = $container->getByClass(EntityManager::class);

        foreach (['Note', 'Notification'] as $entityType) {
            $records = $entityManager
                ->getRDBRepository($entityType)
                ->where([
                    'type' => ['EmailReceived', 'EmailSent'],
                    'data*' => '%"personEntityType":"KsefProfile"%',
                ])
                ->find();

            foreach ($records as $record) {
                $data = $record->get('data');
                unset($data->personEntityType, $data->personEntityName, $data->personEntityId);
                $record->set('data', $data);
                $entityManager->saveEntity($record, [SaveOption::SKIP_ALL => true]);
            }
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
