<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\ORM\EntityManager;
use PDO;

/**
 * What the bridge keeps of requests for certificates, passwords of packages above all, until it is told
 * that nobody needs it any more.
 */
final readonly class KeptEnrolments
{
    public function __construct(
        private EntityManager $entityManager,
        private BridgeClient $bridge,
    ) {}

    /**
     * @throws BridgeException
     */
    public function forget(string $profileId, string $certificateId): void
    {
        $this->bridge->forgetEnrolment($profileId, $certificateId);

        // Past the hooks, and of deleted records, too.
        $query = $this->entityManager
            ->getQueryBuilder()
            ->update()
            ->in(Certificates::ENTITY_TYPE)
            ->set(['hasEnrolment' => false])
            ->where(['id' => $certificateId])
            ->build();

        $this->entityManager->getQueryExecutor()->execute($query);
    }

    /**
     * Requests that are settled, and those whose record was deleted.
     *
     * @return array<string, string> Ids of profiles by those of certificates.
     */
    public function unneeded(): array
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select(['id', 'requestedByProfileId'])
            ->from(Certificates::ENTITY_TYPE)
            ->where([
                'hasEnrolment' => true,
                'OR' => [['deleted' => true], ['status!=' => CertificateStatus::REQUESTED]],
            ])
            ->withDeleted()
            ->build();

        $rows = $this->entityManager->getQueryExecutor()->execute($query)->fetchAll(PDO::FETCH_ASSOC);

        return array_map(strval(...), array_column($rows, 'requestedByProfileId', 'id'));
    }
}
