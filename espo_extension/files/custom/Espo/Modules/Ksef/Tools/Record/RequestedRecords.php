<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Espo\Core\Api\Request;
use Espo\Core\Exceptions\BadRequest;
use Espo\Core\Exceptions\Forbidden;
use Espo\Core\Exceptions\NotFound;
use Espo\Entities\User;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The record that a request is about, for administrators.
 */
final readonly class RequestedRecords
{
    public function __construct(
        private User $user,
        private EntityManager $entityManager,
    ) {}

    /**
     * @throws Forbidden
     * @throws BadRequest
     * @throws NotFound
     */
    public function get(Request $request, string $entityType): Entity
    {
        return $this->find($request, $entityType) ?? throw new BadRequest('No id.');
    }

    /**
     * Null where the request names none.
     *
     * @throws Forbidden
     * @throws NotFound
     */
    public function find(Request $request, string $entityType): ?Entity
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        $id = $request->getRouteParam('id');

        if ($id === null) {
            return null;
        }

        return $this->entityManager->getEntityById($entityType, $id) ?? throw new NotFound('No such record.');
    }
}
