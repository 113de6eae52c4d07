<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Jobs\Api;

use DateTimeImmutable;
use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\Forbidden;
use Espo\Entities\User;
use Espo\Modules\Ksef\Tools\Jobs\Cron;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;

/**
 * When each of the extension's jobs ran last and what it did, and whether EspoCRM's cron runs at all.
 */
final readonly class GetJobs implements Action
{
    public function __construct(
        private User $user,
        private JobRuns $runs,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        $jobs = $this->runs->last();

        return ResponseComposer::json([
            'isCronRunning' => Cron::isRunning($jobs, new DateTimeImmutable()),
            'jobs' => $jobs,
        ]);
    }
}
