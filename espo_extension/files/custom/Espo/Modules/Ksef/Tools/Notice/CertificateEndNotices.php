<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use DateTimeImmutable;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Validity\DaysLeft;
use Espo\Modules\Ksef\Credentials\Validity\EndNotice;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Renewal\CertificateSuccessors;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Tells the administrators of certificates that come to their end, each notice once: that it was given is
 * stored together with the notifications.
 */
final readonly class CertificateEndNotices
{
    private const NOTICED = 'noticedDays';

    public function __construct(
        private EntityManager $entityManager,
        private Records $records,
        private RecordByRecord $oneByOne,
        private Certificates $certificates,
        private CertificateSuccessors $successors,
        private Announcements $announcements,
        private CertificateNews $news,
    ) {}

    public function tell(): void
    {
        $due = array_filter(
            [...$this->ending()],
            fn (Entity $certificate): bool => $this->due($certificate) !== null,
        );

        $this->oneByOne->each($due, fn (Entity $certificate) => $this->announcements->ofChange(
            Certificates::ENTITY_TYPE,
            $certificate->getId(),
            $this->write(...),
        ));
    }

    private function write(Entity $certificate): ?News
    {
        $due = $this->due($certificate);
        $profiles = $this->certificates->profilesThatNeed($certificate->getId());

        if ($due === null || !$profiles && $this->successors->active($certificate)) {
            // Nobody misses the old one of a pair.
            return null;
        }

        $certificate->set(self::NOTICED, $due);
        $this->records->save($certificate);

        return $this->news->ends($certificate, $profiles, (int) $this->daysLeft($certificate));
    }

    private function due(Entity $certificate): ?int
    {
        $daysLeft = $this->daysLeft($certificate);

        return Certificates::isActive($certificate) && $daysLeft !== null
            ? EndNotice::due($daysLeft, $certificate->get(self::NOTICED))
            : null;
    }

    private function daysLeft(Entity $certificate): ?int
    {
        $end = StoredMoment::read($certificate->get('validTo'));

        return $end ? DaysLeft::until($end, new DateTimeImmutable()) : null;
    }

    /**
     * @return iterable<Entity>
     */
    private function ending(): iterable
    {
        return $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where([
                'status' => CertificateStatus::ACTIVE,
                'validTo>=' => DateTime::getSystemNowString(),
                'validTo<' => StoredMoment::fromNow('+' . (EndNotice::FIRST + 1) . ' days'),
            ])
            ->order('validTo')
            ->find();
    }
}
