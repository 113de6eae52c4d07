<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefCertificate;

use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * A record that waits for its certificate keeps the name that KSeF was told, and takes no other
 * certificate in its place.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefKeepRequested implements SaveHook
{
    private const INPUTS = ['certificateFileId', 'keyFileId', 'password'];

    public function __construct(private Refusals $refusals) {}

    public function process(Entity $entity): void
    {
        if ($entity->isNew() || $entity->getFetched('status') !== CertificateStatus::REQUESTED) {
            return;
        }

        if ($entity->isAttributeChanged('name') || $this->hasInputs($entity)) {
            $link = new RecordLink(
                Certificates::ENTITY_TYPE,
                $entity->getId(),
                (string) $entity->getFetched('name'),
            );

            throw $this->refusals->conflict([new Message('certificate-is-requested', ['certificate' => $link])]);
        }
    }

    private function hasInputs(Entity $certificate): bool
    {
        foreach (self::INPUTS as $attribute) {
            if ((string) $certificate->get($attribute) !== '') {
                return true;
            }
        }

        return false;
    }
}
