<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\ORM\EntityManager;
use PDO;

/**
 * Brings every seal under the bridge's primary master key, so that a rotated key can be removed.
 */
final readonly class KsefRenewSeals implements JobDataLess
{
    private const SEALS = [
        Profiles::ENTITY_TYPE => 'tokenSealed',
        Certificates::ENTITY_TYPE => 'privateKeySealed',
    ];

    public function __construct(
        private EntityManager $entityManager,
        private BridgeClient $bridge,
        private RecordByRecord $records,
        private JobRuns $runs,
    ) {}

    public function run(): void
    {
        $this->renewAll();
        $this->runs->keep($this->records->outcome());
    }

    private function renewAll(): void
    {
        foreach (self::SEALS as $entityType => $attribute) {
            foreach ($this->seals($entityType, $attribute) as $id => $seal) {
                $away = $this->records->attempt(
                    $entityType,
                    (string) $id,
                    fn () => $this->renew($entityType, $attribute, (string) $id, $seal),
                );

                if ($away) {
                    return;
                }
            }
        }
    }

    /**
     * Seals by record, also of deleted records, which may be restored.
     *
     * @return array<string, string>
     */
    private function seals(string $entityType, string $attribute): array
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select(['id', $attribute])
            ->from($entityType)
            ->where([$attribute . '!=' => null])
            ->withDeleted()
            ->build();

        $rows = $this->entityManager->getQueryExecutor()->execute($query)->fetchAll(PDO::FETCH_ASSOC);

        return array_filter(array_column($rows, $attribute, 'id'));
    }

    private function renew(string $entityType, string $attribute, string $id, string $seal): void
    {
        $renewed = $this->bridge->renewSeal($seal);

        if (!$renewed->isChanged) {
            return;
        }

        // Only where the seal is still the old one, and past the hooks: the secret is the same.
        $query = $this->entityManager
            ->getQueryBuilder()
            ->update()
            ->in($entityType)
            ->set([$attribute => $renewed->seal])
            ->where(['id' => $id, $attribute => $seal])
            ->build();

        $this->entityManager->getQueryExecutor()->execute($query);
    }
}
