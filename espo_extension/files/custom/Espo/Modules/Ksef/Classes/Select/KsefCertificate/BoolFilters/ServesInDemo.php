<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\BoolFilters;

final class ServesInDemo extends ServesIn
{
    protected const ENVIRONMENT = 'Demo';
}
