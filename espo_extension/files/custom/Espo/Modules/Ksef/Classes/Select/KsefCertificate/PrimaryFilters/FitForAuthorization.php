<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\PrimaryFilters;

use Espo\Core\Select\Primary\Filter;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\ORM\Query\SelectBuilder;

/**
 * Certificates with which one can log in. Which environment they fit is for the field to choose.
 */
final class FitForAuthorization implements Filter
{
    public function apply(SelectBuilder $queryBuilder): void
    {
        $queryBuilder->where([
            'status' => CertificateStatus::ACTIVE,
            'privateKeySealed!=' => null,
            'validTo>' => DateTime::getSystemNowString(),
            'OR' => [
                'type' => 'Authentication',
                'kind' => ['Qualified', 'SelfSigned'],
            ],
        ]);
    }
}
