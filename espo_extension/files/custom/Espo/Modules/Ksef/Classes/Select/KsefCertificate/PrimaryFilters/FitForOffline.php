<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\PrimaryFilters;

use Espo\Core\Select\Primary\Filter;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\ORM\Query\SelectBuilder;

/**
 * Certificates that confirm offline invoices.
 */
final class FitForOffline implements Filter
{
    public function apply(SelectBuilder $queryBuilder): void
    {
        $queryBuilder->where([
            'status' => CertificateStatus::ACTIVE,
            'privateKeySealed!=' => null,
            'validTo>' => DateTime::getSystemNowString(),
            'type' => 'Offline',
            'kind' => CertificateRecord::OF_KSEF,
        ]);
    }
}
