<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefProfile\PrimaryFilters;

use Espo\Core\Select\Primary\Filter;
use Espo\ORM\Query\SelectBuilder;

/**
 * Active profiles that have not been tested since their credential changed.
 */
final class NotTested implements Filter
{
    public function apply(SelectBuilder $queryBuilder): void
    {
        $queryBuilder->where(['status' => 'Active', 'connectionStatus' => 'NotTested']);
    }
}
