<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Tools\Connection\LeftSessions;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;

/**
 * Ends the sessions at KSeF of inactive and deleted profiles that could not be ended at once.
 */
final readonly class KsefEndSessions implements JobDataLess
{
    public function __construct(
        private LeftSessions $sessions,
        private RecordByRecord $records,
        private JobRuns $runs,
    ) {}

    public function run(): void
    {
        $this->records->each($this->sessions->profiles(), $this->sessions->end(...));
        $this->runs->keep($this->records->outcome());
    }
}
