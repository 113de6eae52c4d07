<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Bridge\ListedCertificate;
use Espo\Modules\Ksef\Credentials\CertificateEnvironments;
use Espo\Modules\Ksef\Credentials\ListedStatus;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The states of certificates, as KSeF lists them and as their dates say.
 */
final readonly class CertificateStates
{
    private const OF_KSEF = 'Ksef';

    public function __construct(
        private EntityManager $entityManager,
        private EndedCertificates $ended,
        private RestoredCertificates $restored,
        private RecordByRecord $records,
    ) {}

    /**
     * What KSeF lists is written into the records that hold these certificates.
     *
     * @param list<ListedCertificate> $listed
     * @param string $environment Of the profile by which they were listed.
     */
    public function write(array $listed, string $environment): void
    {
        $bySerialNumber = [];

        foreach ($listed as $certificate) {
            $bySerialNumber[$certificate->serialNumber] = $certificate;
        }

        $checked = [];

        foreach ($this->recordsOf(array_keys($bySerialNumber)) as $record) {
            if ($this->isOfAnotherEnvironment($record, $environment)) {
                continue;
            }

            $checked[] = $record->getId();
            $status = $bySerialNumber[$record->get('serialNumber')]->status;

            $this->records->attempt(
                Certificates::ENTITY_TYPE,
                $record->getId(),
                fn () => $this->writeOne($record, $status),
            );
        }

        $this->setChecked($checked);
    }

    /**
     * Certificates whose time is over have ended, whatever KSeF says or does not say.
     */
    public function endExpired(): void
    {
        $expired = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where([
                'validTo<' => DateTime::getSystemNowString(),
                'status' => [Certificates::ACTIVE, Certificates::INACTIVE, CertificateStatus::BLOCKED],
            ])
            ->find();

        foreach ($expired as $certificate) {
            $this->records->attempt(
                Certificates::ENTITY_TYPE,
                $certificate->getId(),
                fn () => $this->ended->end($certificate, CertificateStatus::EXPIRED),
            );
        }
    }

    private function writeOne(Entity $record, string $listed): void
    {
        $validTo = $record->get('validTo');

        $isOver = $validTo
            && new DateTimeImmutable($validTo, new DateTimeZone('UTC')) < new DateTimeImmutable();

        $status = ListedStatus::toWrite($listed, (string) $record->get('status'), $isOver);

        if ($status === Certificates::ACTIVE) {
            $this->restored->restore($record);
        } elseif ($status !== null) {
            $this->ended->end($record, $status);
        }
    }

    /**
     * @param list<string> $serialNumbers
     * @return iterable<Entity>
     */
    private function recordsOf(array $serialNumbers): iterable
    {
        if (!$serialNumbers) {
            return [];
        }

        return $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where(['kind' => self::OF_KSEF, 'serialNumber' => array_map(strval(...), $serialNumbers)])
            ->find();
    }

    /**
     * Each environment numbers by itself.
     */
    private function isOfAnotherEnvironment(Entity $record, string $environment): bool
    {
        $own = CertificateEnvironments::of((string) $record->get('kind'), (string) $record->get('environment'));

        return !in_array($environment, $own, true);
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
