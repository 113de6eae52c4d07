<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Connection;

/**
 * How a step of a connection test ended.
 */
enum StepStatus: string
{
    case Ok = 'ok';
    case Warning = 'warning';
    case Failed = 'failed';
    case Skipped = 'skipped';
}
