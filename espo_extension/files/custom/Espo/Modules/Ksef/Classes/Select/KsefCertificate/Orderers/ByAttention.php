<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\Select\KsefCertificate\Orderers;

use Espo\Core\Select\Order\Item;
use Espo\Core\Select\Order\Orderer;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Validity\Attention;
use Espo\Modules\Ksef\Tools\Renewal\CertificateSuccessors;
use Espo\ORM\Query\Part\Expression as Expr;
use Espo\ORM\Query\SelectBuilder;

/**
 * What needs attention first: certificates that ended lately and have no successor, then those that end
 * soon, then open requests, then the other Active ones; of the same kind, what ends first.
 */
final readonly class ByAttention implements Orderer
{
    private const ENDED = 0;
    private const ENDING = 1;
    private const REQUESTED = 2;
    private const ACTIVE = 3;
    private const INACTIVE = 4;
    private const OVER = 5;

    public function __construct(private CertificateSuccessors $successors) {}

    public function apply(SelectBuilder $queryBuilder, Item $item): void
    {
        $queryBuilder
            ->order($this->rank(Attention::now()), $item->getOrder())
            ->order('validTo', $item->getOrder())
            ->order('name', $item->getOrder())
            ->order('id', $item->getOrder());
    }

    private function rank(Attention $attention): Expr
    {
        $status = Expr::column('status');
        $isActive = Expr::equal($status, CertificateStatus::ACTIVE);
        $ended = $this->successors->missingSince($attention->lately());

        return Expr::switch(
            ...($ended ? [Expr::in(Expr::column('id'), $ended), self::ENDED] : []),
            ...[Expr::and($isActive, Expr::lessOrEqual(Expr::column('validTo'), $attention->soon())), self::ENDING],
            ...[Expr::equal($status, CertificateStatus::REQUESTED), self::REQUESTED],
            ...[$isActive, self::ACTIVE],
            ...[Expr::equal($status, CertificateStatus::INACTIVE), self::INACTIVE],
            ...[self::OVER],
        );
    }
}
