<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\PrimaryFilters;

use Espo\Core\Select\Primary\Filter;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Validity\Attention;
use Espo\ORM\Query\SelectBuilder;

/**
 * Active certificates that end within 60 days.
 */
final class EndingSoon implements Filter
{
    public function apply(SelectBuilder $queryBuilder): void
    {
        $queryBuilder->where([
            'status' => CertificateStatus::ACTIVE,
            'validTo>' => DateTime::getSystemNowString(),
            'validTo<=' => Attention::now()->soon(),
        ]);
    }
}
