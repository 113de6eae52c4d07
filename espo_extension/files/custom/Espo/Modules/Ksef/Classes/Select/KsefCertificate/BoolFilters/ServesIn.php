<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\BoolFilters;

use Espo\Core\Select\Bool\Filter;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\ORM\Query\Part\Where\OrGroupBuilder;
use Espo\ORM\Query\Part\WhereClause;
use Espo\ORM\Query\SelectBuilder;

/**
 * Certificates that may serve in an environment: those of it, and those that do not tell theirs. A certificate of
 * KSeF that does not is of Test or of Demo.
 */
abstract class ServesIn implements Filter
{
    protected const ENVIRONMENT = '';

    public function apply(SelectBuilder $queryBuilder, OrGroupBuilder $orGroupBuilder): void
    {
        $untold = ['OR' => [['environment' => null], ['environment' => '']]];

        if (static::ENVIRONMENT === 'Production') {
            $untold['kind!='] = CertificateRecord::OF_KSEF;
        }

        $orGroupBuilder->add(WhereClause::fromRaw([
            'OR' => [['environment' => static::ENVIRONMENT], $untold],
        ]));
    }
}
