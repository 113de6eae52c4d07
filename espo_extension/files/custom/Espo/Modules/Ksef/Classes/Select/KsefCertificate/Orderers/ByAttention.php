<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\Orderers;

use Espo\Core\Select\Order\Item;
use Espo\Core\Select\Order\Orderer;
use Espo\Modules\Ksef\Credentials\Attention;
use Espo\Modules\Ksef\Tools\Certificates;
use Espo\Modules\Ksef\Tools\CertificateStatus;
use Espo\ORM\Query\Part\Expression as Expr;
use Espo\ORM\Query\Part\Join;
use Espo\ORM\Query\Select;
use Espo\ORM\Query\SelectBuilder;

/**
 * What needs attention first: certificates that ended lately and have no successor, then those that end
 * soon, then open requests, then the other Active ones; of the same kind, what ends first.
 */
final class ByAttention implements Orderer
{
    private const SUCCESSOR = 'ksefSuccessor';

    private const ENDED = 0;
    private const ENDING = 1;
    private const REQUESTED = 2;
    private const ACTIVE = 3;
    private const INACTIVE = 4;
    private const OVER = 5;

    public function apply(SelectBuilder $queryBuilder, Item $item): void
    {
        $queryBuilder
            ->leftJoin(
                Join::createWithSubQuery($this->successors(), self::SUCCESSOR)
                    ->withConditions(Expr::equal(
                        Expr::column(self::SUCCESSOR . '.predecessorId'),
                        Expr::column('id'),
                    )),
            )
            ->order($this->rank(Attention::now()), $item->getOrder())
            ->order('validTo', $item->getOrder())
            ->order('name', $item->getOrder())
            ->order('id', $item->getOrder());
    }

    private function rank(Attention $attention): Expr
    {
        $status = Expr::column('status');
        $isActive = Expr::equal($status, Certificates::ACTIVE);

        return Expr::switch(
            Expr::and(
                Expr::in($status, CertificateStatus::ENDED),
                Expr::isNull(Expr::column(self::SUCCESSOR . '.predecessorId')),
                Expr::greaterOrEqual(
                    Expr::ifNull(Expr::column('endedAt'), Expr::column('validTo')),
                    $attention->lately(),
                ),
            ),
            self::ENDED,
            Expr::and($isActive, Expr::lessOrEqual(Expr::column('validTo'), $attention->soon())),
            self::ENDING,
            Expr::equal($status, Certificates::REQUESTED),
            self::REQUESTED,
            $isActive,
            self::ACTIVE,
            Expr::equal($status, Certificates::INACTIVE),
            self::INACTIVE,
            self::OVER,
        );
    }

    /**
     * The certificates that have an Active one in their place.
     */
    private function successors(): Select
    {
        return SelectBuilder::create()
            ->from(Certificates::ENTITY_TYPE)
            ->select(['predecessorId'])
            ->where(['predecessorId!=' => null, 'status' => Certificates::ACTIVE])
            ->group('predecessorId')
            ->build();
    }
}
