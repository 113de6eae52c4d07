<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\PrimaryFilters;

use Espo\Core\Select\Primary\Filter;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Query\Part\Condition;
use Espo\ORM\Query\Part\Expression;
use Espo\ORM\Query\Select;
use Espo\ORM\Query\SelectBuilder;

/**
 * Certificates that can no longer be used, and that an Active profile still needs.
 */
final class EndedInUse implements Filter
{
    public function apply(SelectBuilder $queryBuilder): void
    {
        $queryBuilder
            ->where([
                'OR' => [
                    ['status' => CertificateStatus::ENDED],
                    ['status' => CertificateStatus::ACTIVE, 'validTo<=' => DateTime::getSystemNowString()],
                ],
            ])
            ->where(Condition::or(
                Condition::in(
                    Expression::column('id'),
                    $this->needed('authorizationCertificateId', ['authorizationType' => 'Certificate']),
                ),
                Condition::in(Expression::column('id'), $this->needed('offlineCertificateId')),
            ));
    }

    /**
     * @param array<string, string> $where
     */
    private function needed(string $attribute, array $where = []): Select
    {
        return SelectBuilder::create()
            ->from(Profiles::ENTITY_TYPE)
            ->select([$attribute])
            ->where(['status' => 'Active', "$attribute!=" => null] + $where)
            ->build();
    }
}
