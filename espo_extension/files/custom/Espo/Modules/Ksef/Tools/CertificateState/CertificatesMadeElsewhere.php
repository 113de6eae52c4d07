<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateState;

use Espo\Modules\Ksef\Bridge\Enrolment\ListedCertificate;
use Espo\Modules\Ksef\Tools\Notice\Announcements;
use Espo\Modules\Ksef\Tools\Notice\CertificateNews;
use Espo\Modules\Ksef\Tools\Notice\News;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;

/**
 * Certificates that KSeF knows and EspoCRM does not, most of them made in the portal: the administrators
 * are told of each once.
 */
final readonly class CertificatesMadeElsewhere
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
        private Records $records,
        private Announcements $announcements,
        private CertificateNews $news,
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
            $announced = array_values((array) ($locked->get(Profiles::ANNOUNCED) ?? []));

            if (in_array($certificate->serialNumber, $announced, true)) {
                // Another run was faster.
                return null;
            }

            $locked->set(Profiles::ANNOUNCED, [...$announced, $certificate->serialNumber]);
            $this->records->save($locked);

            return $this->news->madeElsewhere($locked, $certificate);
        };

        $this->announcements->ofChange(Profiles::ENTITY_TYPE, $profile->getId(), $work);
    }

    /**
     * Whether a record has it, or any profile of the same subject has announced it.
     */
    private function isKnown(ListedCertificate $certificate): bool
    {
        return $this->certificates->isSerialNumberKnown($certificate->serialNumber)
            || $this->profiles->isSerialNumberAnnounced($certificate->serialNumber);
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
}
