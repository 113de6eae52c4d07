<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefCertificate;

use Espo\Core\Hook\Hook\BeforeSave;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * One record for each certificate, also when a deleted one is restored.
 *
 * @implements BeforeSave<Entity>
 */
final readonly class KsefUniqueFingerprint implements BeforeSave
{
    public function __construct(
        private Certificates $certificates,
        private Refusals $refusals,
    ) {}

    public function beforeSave(Entity $entity, SaveOptions $options): void
    {
        $fingerprint = (string) $entity->get('fingerprint');

        if ($fingerprint === '' || !$this->isPlaceTaken($entity)) {
            return;
        }

        $another = $this->certificates->another($fingerprint, $entity);

        if ($another) {
            throw $this->refusals->conflict([
                new Message('certificate-exists', ['certificate' => Records::link($another)]),
            ]);
        }
    }

    private function isPlaceTaken(Entity $certificate): bool
    {
        return $certificate->isNew()
            || $certificate->isAttributeChanged('fingerprint')
            || $certificate->isAttributeChanged('deleteId');
    }
}
