<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Core\ORM\Repository\Option\SaveOption;
use Espo\Modules\Ksef\Credentials\DaysLeft;
use Espo\Modules\Ksef\Credentials\EndNotice;
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
        private LockedRecords $lockedRecords,
        private RecordByRecord $records,
        private Certificates $certificates,
        private CertificateSuccessors $successors,
        private ApproachingEndNews $news,
        private AdministratorNotifications $notifications,
        private AdministratorEmails $emails,
    ) {}

    public function tell(): void
    {
        foreach ($this->ending() as $certificate) {
            if ($this->due($certificate) === null) {
                continue;
            }

            $this->records->attempt(
                Certificates::ENTITY_TYPE,
                $certificate->getId(),
                fn () => $this->tellOf($certificate->getId()),
            );
        }
    }

    private function tellOf(string $id): void
    {
        $news = $this->lockedRecords->with(Certificates::ENTITY_TYPE, $id, $this->write(...));

        if ($news) {
            $this->emails->send($news);
        }
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
        // Nobody modified it by hand.
        $this->entityManager->saveEntity($certificate, [SaveOption::SKIP_MODIFIED_BY => true]);

        $news = $this->news->of($certificate, $profiles, $this->daysLeft($certificate));
        $this->notifications->tell($news);

        return $news;
    }

    private function due(Entity $certificate): ?int
    {
        return $certificate->get('status') === Certificates::ACTIVE && $certificate->get('validTo')
            ? EndNotice::due($this->daysLeft($certificate), $certificate->get(self::NOTICED))
            : null;
    }

    private function daysLeft(Entity $certificate): int
    {
        $end = new DateTimeImmutable($certificate->get('validTo'), new DateTimeZone('UTC'));

        return DaysLeft::until($end, new DateTimeImmutable());
    }

    /**
     * @return iterable<Entity>
     */
    private function ending(): iterable
    {
        $now = new DateTimeImmutable('now', new DateTimeZone('UTC'));

        return $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where([
                'status' => Certificates::ACTIVE,
                'validTo>=' => $now->format('Y-m-d H:i:s'),
                'validTo<' => $now->modify('+' . (EndNotice::FIRST + 1) . ' days')->format('Y-m-d H:i:s'),
            ])
            ->order('validTo')
            ->find();
    }
}
