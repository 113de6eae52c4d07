<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\MassAction;

use Espo\Core\MassAction\Actions\MassDelete;
use Espo\Core\MassAction\Data;
use Espo\Core\MassAction\MassAction;
use Espo\Core\MassAction\Params;
use Espo\Core\MassAction\QueryBuilder;
use Espo\Core\MassAction\Result;
use Espo\Modules\Ksef\Tools\Record\DeletionObstacles;
use Espo\ORM\EntityManager;

/**
 * Deletes all that were chosen, or none: EspoCRM's own action passes over what it cannot delete
 * without a word.
 */
final readonly class DeleteAllOrNone implements MassAction
{
    public function __construct(
        private QueryBuilder $queryBuilder,
        private EntityManager $entityManager,
        private DeletionObstacles $obstacles,
        private MassDelete $delete,
    ) {}

    public function process(Params $params, Data $data): Result
    {
        $chosen = $this->entityManager
            ->getRDBRepository($params->getEntityType())
            ->clone($this->queryBuilder->build($params))
            ->find();

        $this->obstacles->refuse($this->obstacles->of($params->getEntityType(), $chosen));

        return $this->delete->process($params, $data);
    }
}
