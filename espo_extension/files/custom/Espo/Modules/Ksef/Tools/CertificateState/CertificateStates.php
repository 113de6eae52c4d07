<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateState;

use DateTimeImmutable;
use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateVerdict;
use Espo\Modules\Ksef\Tools\Notice\Announcements;
use Espo\Modules\Ksef\Tools\Notice\CertificateNews;
use Espo\Modules\Ksef\Tools\Notice\News;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Writes what becomes of certificates: the status is stored, the profiles that use the certificate are Failed with
 * the reason or to be tested again (see Hooks\KsefCertificate\KsefResetProfiles), and the administrators are told,
 * all of it once, or nothing. Nothing here within a transaction: e-mails follow once everything is stored.
 */
final readonly class CertificateStates implements RefusedUses
{
    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
        private Records $records,
        private RecordByRecord $oneByOne,
        private Announcements $announcements,
        private CertificateNews $news,
    ) {}

    /**
     * @param Entity $certificate As it was read; who wants to know what is stored afterwards reads it again.
     * @return ?string The status that follows, be it the one that was stored before; null when none does.
     */
    public function follow(Entity $certificate, CertificateVerdict $verdict): ?string
    {
        $status = $this->status($certificate, $verdict);

        if ($status === null || $status === $certificate->get('status')) {
            return $status;
        }

        $work = function (Entity $locked) use ($verdict, &$status): ?News {
            $status = $this->status($locked, $verdict);

            return $status === null || $status === $locked->get('status') ? null : $this->write($locked, $status);
        };

        $this->announcements->ofChange(Certificates::ENTITY_TYPE, $certificate->getId(), $work);

        return $status;
    }

    public function endBy(string $profileId, string $code, array $params): bool
    {
        $verdict = CertificateVerdict::ofRefusal($code, $params);
        $profile = $verdict?->use ? $this->entityManager->getEntityById(Profiles::ENTITY_TYPE, $profileId) : null;
        $certificate = $profile ? $this->certificates->needed($profile, $verdict->use) : null;

        return $certificate && $this->follow($certificate, $verdict) !== null;
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
                'status' => [CertificateStatus::ACTIVE, CertificateStatus::INACTIVE, CertificateStatus::BLOCKED],
            ])
            ->find();

        $this->oneByOne->each(
            $expired,
            fn (Entity $certificate): ?string => $this->follow($certificate, CertificateVerdict::ofDates()),
        );
    }

    private function status(Entity $certificate, CertificateVerdict $verdict): ?string
    {
        return $verdict->status($this->certificates->record($certificate), new DateTimeImmutable());
    }

    private function write(Entity $certificate, string $status): ?News
    {
        $wasEnded = CertificateStatus::isEnded($certificate->get('status'));

        $certificate->set('status', $status);
        $this->records->save($certificate);

        if (!CertificateStatus::isEnded($status)) {
            return $this->news->restored($certificate);
        }

        $profiles = $this->certificates->profilesThatNeed($certificate->getId());

        // Told already; or an old one that nobody uses came to its natural end.
        return $wasEnded || !$profiles && $status === CertificateStatus::EXPIRED
            ? null
            : $this->news->ended($certificate, $profiles);
    }
}
