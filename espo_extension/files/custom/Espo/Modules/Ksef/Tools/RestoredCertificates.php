<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\ORM\Repository\Option\SaveOption;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Certificates that KSeF lists as Active again: they can be used again, and the profiles that were Failed
 * for them are to be tested.
 */
final readonly class RestoredCertificates
{
    public function __construct(
        private EntityManager $entityManager,
        private LockedRecords $records,
        private CertificateEndNews $news,
        private AdministratorNotifications $notifications,
        private AdministratorEmails $emails,
    ) {}

    /**
     * Not within a transaction: e-mails follow once everything is stored.
     */
    public function restore(Entity $certificate): void
    {
        $news = $this->records->with(Certificates::ENTITY_TYPE, $certificate->getId(), $this->write(...));

        if ($news) {
            $this->emails->send($news);
        }
    }

    private function write(Entity $certificate): ?News
    {
        if (!CertificateStatus::isEnded($certificate)) {
            return null;
        }

        $hasKey = (string) $certificate->get('privateKeySealed') !== '';

        $certificate->set('status', $hasKey ? Certificates::ACTIVE : Certificates::INACTIVE);
        $this->entityManager->saveEntity($certificate, [SaveOption::SKIP_MODIFIED_BY => true]);

        $news = $this->news->restored($certificate);
        $this->notifications->tell($news);

        return $news;
    }
}
