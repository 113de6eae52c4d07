<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateState;

use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Enrolment\ListedCertificate;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateVerdict;
use Espo\Modules\Ksef\Tools\Connection\LoginPatience;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * What KSeF lists: asked for with the patience that a nightly job has, and written into the records that hold
 * these certificates.
 */
final readonly class ListedCertificates
{
    /** The bridge is at work, or keeps to KSeF's limits. */
    private const PASSING = [LoginPatience::UNDER_WAY, 'ksef-rate-limited'];
    private const PATIENCE_SECONDS = 60;

    public function __construct(
        private EntityManager $entityManager,
        private BridgeClient $bridge,
        private Certificates $certificates,
        private CertificateStates $states,
        private RecordByRecord $records,
    ) {}

    /**
     * @return list<ListedCertificate>
     * @throws BridgeException
     */
    public function of(Entity $profile): array
    {
        $end = time() + self::PATIENCE_SECONDS;

        while (true) {
            try {
                return $this->bridge->listedCertificates($profile->getId());
            } catch (BridgeProblem $problem) {
                $pause = max(1, $problem->retryAfter ?? 1);

                if (!in_array($problem->messageCode, self::PASSING, true) || time() + $pause > $end) {
                    $this->states->endBy($profile->getId(), $problem->messageCode, $problem->params);

                    throw $problem;
                }

                sleep($pause);
            }
        }
    }

    /**
     * @param list<ListedCertificate> $listed
     * @param string $environment Of the profile by which they were listed; each numbers by itself.
     */
    public function write(array $listed, string $environment): void
    {
        $statuses = array_column($listed, 'status', 'serialNumber');

        $records = array_filter(
            [...$this->recordsOf(array_keys($statuses))],
            fn (Entity $record): bool =>
                in_array($environment, $this->certificates->record($record)->environments(), true),
        );

        $this->records->each($records, fn (Entity $record): ?string => $this->states->follow(
            $record,
            CertificateVerdict::ofList($statuses[$record->get('serialNumber')]),
        ));

        $this->setChecked(array_map(static fn (Entity $record): string => $record->getId(), array_values($records)));
    }

    /**
     * @param list<int|string> $serialNumbers
     * @return iterable<Entity>
     */
    private function recordsOf(array $serialNumbers): iterable
    {
        if (!$serialNumbers) {
            return [];
        }

        return $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where(['kind' => CertificateRecord::OF_KSEF, 'serialNumber' => array_map(strval(...), $serialNumbers)])
            ->find();
    }

    /**
     * Past the hooks: nothing of the certificates changed.
     *
     * @param list<string> $ids
     */
    private function setChecked(array $ids): void
    {
        if (!$ids) {
            return;
        }

        $query = $this->entityManager
            ->getQueryBuilder()
            ->update()
            ->in(Certificates::ENTITY_TYPE)
            ->set(['lastCheckedAt' => DateTime::getSystemNowString()])
            ->where(['id' => $ids])
            ->build();

        $this->entityManager->getQueryExecutor()->execute($query);
    }
}
