<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\ORM\Repository\Option\SaveOption;
use Espo\Modules\Ksef\Bridge\ListedCertificate;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Certificates that KSeF knows and EspoCRM does not, most of them made in the portal: the administrators
 * are told of each once.
 */
final readonly class CertificatesMadeElsewhere
{
    private const ANNOUNCED = 'announcedSerialNumbers';

    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
        private LockedRecords $records,
        private CertificateNews $news,
        private AdministratorNotifications $notifications,
        private AdministratorEmails $emails,
    ) {}

    /**
     * @param Entity $profile By which they were listed.
     * @param list<ListedCertificate> $listed
     */
    public function announce(Entity $profile, array $listed): void
    {
        $known = $this->certificates->serialNumbersAmong(array_column($listed, 'serialNumber'));

        foreach ($listed as $certificate) {
            if (isset($known[$certificate->serialNumber])) {
                continue;
            }

            if ($certificate->isActive() && !$this->isKnown($certificate) && !$this->isAwaited($certificate)) {
                $this->announceOne($profile, $certificate);
            }
        }
    }

    private function announceOne(Entity $profile, ListedCertificate $certificate): void
    {
        $work = function (Entity $locked) use ($certificate): ?News {
            if (in_array($certificate->serialNumber, $this->announced($locked), true)) {
                // Another run was faster.
                return null;
            }

            $news = $this->news->madeElsewhere($locked, $certificate);

            $locked->set(self::ANNOUNCED, [...$this->announced($locked), $certificate->serialNumber]);

            $this->entityManager->saveEntity($locked, [SaveOption::SKIP_MODIFIED_BY => true]);
            $this->notifications->tell($news);

            return $news;
        };

        $news = $this->records->with(Profiles::ENTITY_TYPE, $profile->getId(), $work);

        if ($news) {
            $this->emails->send($news);
        }
    }

    /**
     * Whether a record has it, or any profile of the same subject has announced it.
     */
    private function isKnown(ListedCertificate $certificate): bool
    {
        if ($this->certificates->isSerialNumberKnown($certificate->serialNumber)) {
            return true;
        }

        foreach ($this->entityManager->getRDBRepository(Profiles::ENTITY_TYPE)->find() as $profile) {
            if (in_array($certificate->serialNumber, $this->announced($profile), true)) {
                return true;
            }
        }

        return false;
    }

    /**
     * Whether it may be one that was requested here and is about to be collected.
     */
    private function isAwaited(ListedCertificate $certificate): bool
    {
        foreach ($this->certificates->requested() as $requested) {
            if ($requested->get('name') === $certificate->name && $requested->get('type') === $certificate->type) {
                return true;
            }
        }

        return false;
    }

    /**
     * @return list<string>
     */
    private function announced(Entity $profile): array
    {
        return array_values((array) ($profile->get(self::ANNOUNCED) ?? []));
    }
}
