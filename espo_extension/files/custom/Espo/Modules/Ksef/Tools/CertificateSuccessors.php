<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The certificates that renew another one.
 */
final readonly class CertificateSuccessors
{
    public function __construct(private EntityManager $entityManager) {}

    public function active(Entity $certificate): ?Entity
    {
        return $this->find($certificate, Certificates::ACTIVE);
    }

    public function requested(Entity $certificate): ?Entity
    {
        return $this->find($certificate, Certificates::REQUESTED);
    }

    private function find(Entity $certificate, string $status): ?Entity
    {
        return $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where(['predecessorId' => $certificate->getId(), 'status' => $status])
            ->order('createdAt', 'DESC')
            ->findOne();
    }
}
