<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefCertificate;

use Espo\Core\Hook\Hook\AfterSave;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Tools\Connection\ConnectionResults;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * When a certificate changes, what was found of the profiles that log in with it is void; when it ended, those
 * that need it are Failed for that reason.
 *
 * @implements AfterSave<Entity>
 */
final readonly class KsefResetProfiles implements AfterSave
{
    private const ATTRIBUTES = ['status', 'fingerprint', 'privateKeySealed'];

    public function __construct(
        private Records $records,
        private Certificates $certificates,
        private ConnectionResults $results,
    ) {}

    public function afterSave(Entity $entity, SaveOptions $options): void
    {
        if ($entity->isNew() || !$this->isChanged($entity)) {
            return;
        }

        if (CertificateStatus::isEnded($entity->get('status'))) {
            foreach ($this->certificates->profilesThatNeed($entity->getId()) as $profile) {
                $this->results->storeEndedCertificate($profile);
            }

            return;
        }

        foreach ($this->certificates->profilesOfAnyUse($entity->getId()) as $profile) {
            if ($this->results->isKnown($profile) && $this->results->concern($profile, $entity->getId())) {
                $this->results->forget($profile);
                $this->records->save($profile);
            }
        }
    }

    private function isChanged(Entity $certificate): bool
    {
        foreach (self::ATTRIBUTES as $attribute) {
            if ($certificate->isAttributeChanged($attribute)) {
                return true;
            }
        }

        return false;
    }
}
