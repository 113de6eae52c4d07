<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\ORM\Repository\Option\SaveOption;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Certificates that stop being Active: the status is stored, the profiles that use the certificate are
 * Failed with the reason (see Hooks\KsefCertificate\KsefResetProfiles), and the administrators are told,
 * all of it once, or nothing.
 */
final readonly class EndedCertificates
{
    public function __construct(
        private EntityManager $entityManager,
        private LockedRecords $records,
        private Certificates $certificates,
        private CertificateEndNews $news,
        private AdministratorNotifications $notifications,
        private AdministratorEmails $emails,
    ) {}

    /**
     * Not within a transaction: e-mails follow once everything is stored.
     *
     * @param Entity $certificate As it was read; who wants to know what is stored afterwards reads it again.
     * @param string $status Blocked, Revoked or Expired.
     * @return bool Whether the status was another one before.
     */
    public function end(Entity $certificate, string $status): bool
    {
        $isChanged = false;

        $work = function (Entity $locked) use ($status, &$isChanged): ?News {
            if ($locked->get('status') === $status || Certificates::isRequested($locked)) {
                return null;
            }

            $isChanged = true;

            return $this->write($locked, $status);
        };

        $news = $this->records->with(Certificates::ENTITY_TYPE, $certificate->getId(), $work);

        if ($news) {
            $this->emails->send($news);
        }

        return $isChanged;
    }

    private function write(Entity $certificate, string $status): ?News
    {
        $wasEnded = CertificateStatus::isEnded($certificate);

        $certificate->set('status', $status);
        // Nobody modified it by hand.
        $this->entityManager->saveEntity($certificate, [SaveOption::SKIP_MODIFIED_BY => true]);

        $profiles = $this->certificates->profilesThatNeed($certificate->getId());

        if ($wasEnded || !$profiles && $status === CertificateStatus::EXPIRED) {
            // Told already; or an old one that nobody uses came to its natural end.
            return null;
        }

        $news = $this->news->ended($certificate, $profiles);
        $this->notifications->tell($news);

        return $news;
    }
}
