<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Jobs;

use Espo\Core\Utils\Metadata;
use Espo\Entities\Job;
use Espo\Entities\ScheduledJob;
use Espo\ORM\EntityManager;

/**
 * The extension's jobs and their last runs, and what a run that is going on leaves of itself.
 */
final readonly class JobRuns
{
    private const CLASSES = 'Espo\\Modules\\Ksef\\Jobs\\';
    private const ACTIVE = 'Active';
    private const RUNNING = 'Running';
    private const SUCCESS = 'Success';
    private const FAILED = 'Failed';

    public function __construct(
        private EntityManager $entityManager,
        private Metadata $metadata,
    ) {}

    /**
     * @return list<JobRun>
     */
    public function last(): array
    {
        $scheduled = $this->scheduled();

        return array_map(
            fn (string $name): JobRun => isset($scheduled[$name])
                ? $this->lastOf($name, $scheduled[$name])
                : new JobRun($name, false, null, null),
            $this->names(),
        );
    }

    /**
     * Keep what this process's run of a job did beside the run, which EspoCRM forgets after ten days.
     */
    public function keep(JobOutcome $outcome): void
    {
        $run = $this->entityManager
            ->getRDBRepositoryByClass(Job::class)
            ->where(['status' => self::RUNNING, 'pid' => getmypid()])
            ->order('startedAt', 'DESC')
            ->findOne();

        if ($run) {
            $run->set('data', $outcome->write($run->getData()));
            $this->entityManager->saveEntity($run);
        }
    }

    /**
     * @return list<string>
     */
    private function names(): array
    {
        $jobs = $this->metadata->get(['app', 'scheduledJobs'], []);

        return array_keys(array_filter(
            $jobs,
            static fn (array $job): bool => str_starts_with($job['jobClassName'] ?? '', self::CLASSES),
        ));
    }

    /**
     * @return array<string, ScheduledJob> By the names of the jobs; of several records an active one.
     */
    private function scheduled(): array
    {
        $found = $this->entityManager
            ->getRDBRepositoryByClass(ScheduledJob::class)
            ->where(['job' => $this->names()])
            ->order('status', 'DESC')
            ->find();

        $scheduled = [];

        foreach ($found as $each) {
            $scheduled[(string) $each->getJob()] = $each;
        }

        return $scheduled;
    }

    private function lastOf(string $name, ScheduledJob $scheduled): JobRun
    {
        $run = $this->entityManager
            ->getRDBRepositoryByClass(Job::class)
            ->where(['scheduledJobId' => $scheduled->getId(), 'status' => [self::SUCCESS, self::FAILED]])
            ->order('startedAt', 'DESC')
            ->findOne();

        return new JobRun(
            $name,
            $scheduled->get('status') === self::ACTIVE,
            $scheduled->get('createdAt'),
            $run?->getStartedAt() ?? $scheduled->get('lastRun'),
            $run ? $run->getStatus() === self::FAILED : null,
            $run ? JobOutcome::read($run->getData()) : null,
        );
    }
}
