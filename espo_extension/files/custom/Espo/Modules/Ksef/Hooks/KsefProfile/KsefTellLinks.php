<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefProfile;

use Espo\Core\Hook\Hook\AfterSave;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\History\CertificateEvent;
use Espo\Modules\Ksef\Credentials\History\CertificateStep;
use Espo\Modules\Ksef\Tools\Record\CertificateStream;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * Which profiles began and ceased to use a certificate stands in the certificate's stream.
 *
 * @implements AfterSave<Entity>
 */
final readonly class KsefTellLinks implements AfterSave
{
    public function __construct(private CertificateStream $stream) {}

    public function afterSave(Entity $entity, SaveOptions $options): void
    {
        $this->tell($entity, CertificateUse::Authorization, [
            CertificateEvent::UnlinkedFromLogIn,
            CertificateEvent::LinkedToLogIn,
        ]);
        $this->tell($entity, CertificateUse::Offline, [
            CertificateEvent::UnlinkedFromOffline,
            CertificateEvent::LinkedForOffline,
        ]);
    }

    /**
     * @param array{CertificateEvent, CertificateEvent} $events Of the former and of the new certificate.
     */
    private function tell(Entity $profile, CertificateUse $use, array $events): void
    {
        $attribute = $use->idAttribute();

        if (!$profile->isNew() && !$profile->isAttributeChanged($attribute)) {
            return;
        }

        $former = $profile->isNew() ? null : $profile->getFetched($attribute);

        foreach ([$former, $profile->get($attribute)] as $index => $certificateId) {
            if ($certificateId) {
                $this->stream->add(
                    $certificateId,
                    new CertificateStep($events[$index], record: Records::link($profile)),
                );
            }
        }
    }
}
