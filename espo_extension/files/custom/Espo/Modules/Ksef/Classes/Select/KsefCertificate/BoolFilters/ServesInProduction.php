<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\BoolFilters;

final class ServesInProduction extends ServesIn
{
    protected const ENVIRONMENT = 'Production';
}
