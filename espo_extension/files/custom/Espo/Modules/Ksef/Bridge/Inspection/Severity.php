<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

/**
 * How much a finding weighs: an error forbids the use of a credential.
 */
enum Severity: string
{
    case Error = 'error';
    case Warning = 'warning';
    case Info = 'info';
}
