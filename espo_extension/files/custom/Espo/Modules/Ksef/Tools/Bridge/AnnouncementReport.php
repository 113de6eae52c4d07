<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge;

use DateTimeImmutable;
use DateTimeInterface;
use Espo\Modules\Ksef\Bridge\Announcements\Announced;
use Espo\Modules\Ksef\Bridge\Announcements\AnnouncedWords;
use Espo\Modules\Ksef\Bridge\Announcements\Announcement;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\AnnouncementProvider;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\EntityManager;

/**
 * What KSeF announces for the environments of active profiles, in the form in which the page of the bridge shows it.
 */
final readonly class AnnouncementReport
{
    /** The one that matters most first. */
    private const ENVIRONMENTS = ['Production', 'Demo', 'Test'];

    public function __construct(
        private EntityManager $entityManager,
        private AnnouncementProvider $announcements,
        private Wording $wording,
    ) {}

    /**
     * @return list<array<string, mixed>> One for each environment.
     * @throws BridgeException
     */
    public function ofUsedEnvironments(): array
    {
        return array_map(
            fn (string $environment): array => $this->of($this->announcements->getAnnouncements($environment)),
            array_values(array_filter(self::ENVIRONMENTS, $this->isUsed(...))),
        );
    }

    private function isUsed(string $environment): bool
    {
        return (bool) $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->select('id')
            ->where(['status' => 'Active', 'environment' => $environment])
            ->findOne();
    }

    /**
     * @return array<string, mixed>
     */
    private function of(Announced $announced): array
    {
        return [
            'environment' => $announced->environment,
            'status' => $announced->status,
            'answeredAt' => $this->stored($announced->answeredAt),
            'isBeingAsked' => $announced->isBeingAsked,
            'problem' => $this->told($announced->problem),
            'announcements' => array_map(
                $this->announcement(...),
                $announced->currentAndAhead(new DateTimeImmutable()),
            ),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    private function announcement(Announcement $announcement): array
    {
        return [
            'id' => $announcement->id,
            'category' => $announcement->category,
            'title' => $announcement->title,
            'text' => $announcement->text,
            'start' => $this->stored($announcement->start),
            'end' => $this->stored($announcement->end),
            'isCurrent' => $announcement->isCurrent,
        ];
    }

    /**
     * @return ?object{code: string, message: string}
     */
    private function told(?AnnouncedWords $words): ?object
    {
        if ($words === null) {
            return null;
        }

        return $this->wording->toList([new Message($words->code, $words->params, fallback: $words->text)])[0];
    }

    private function stored(?DateTimeInterface $moment): ?string
    {
        return $moment ? StoredMoment::of($moment) : null;
    }
}
