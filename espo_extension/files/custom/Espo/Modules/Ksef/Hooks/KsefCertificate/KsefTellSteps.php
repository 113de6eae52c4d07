<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Hooks\KsefCertificate;

use Espo\Core\Hook\Hook\AfterSave;
use Espo\Modules\Ksef\Credentials\History\CertificateEvent;
use Espo\Modules\Ksef\Credentials\History\CertificateStep;
use Espo\Modules\Ksef\Credentials\History\CertificateSteps;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\CertificateStream;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;
use Espo\ORM\Repository\Option\SaveOptions;

/**
 * Whatever happens to a certificate, by hand or by a job, stands in its record's stream.
 *
 * @implements AfterSave<Entity>
 */
final readonly class KsefTellSteps implements AfterSave
{
    public function __construct(
        private EntityManager $entityManager,
        private CertificateStream $stream,
    ) {}

    public function afterSave(Entity $entity, SaveOptions $options): void
    {
        if ($entity->isNew() && Certificates::isRequested($entity)) {
            $this->tellRequested($entity);
        }

        $before = $entity->isNew() ? [] : $this->values($entity->getFetched(...));

        foreach (CertificateSteps::between($before, $this->values($entity->get(...))) as $step) {
            $this->stream->add($entity->getId(), $step);
        }
    }

    private function tellRequested(Entity $certificate): void
    {
        $profile = $this->another(Profiles::ENTITY_TYPE, $certificate->get('requestedByProfileId'));

        $this->stream->add($certificate->getId(), new CertificateStep(
            CertificateEvent::Requested,
            record: $profile ? Records::link($profile) : null,
        ));

        $predecessor = $this->another(Certificates::ENTITY_TYPE, $certificate->get('predecessorId'));

        if ($predecessor) {
            $this->stream->add($predecessor->getId(), new CertificateStep(
                CertificateEvent::SuccessorRequested,
                record: Records::link($certificate),
            ));
        }
    }

    private function another(string $entityType, ?string $id): ?Entity
    {
        return $id ? $this->entityManager->getEntityById($entityType, $id) : null;
    }

    /**
     * @param callable(string): mixed $read
     * @return array<string, mixed>
     */
    private function values(callable $read): array
    {
        $values = [];

        foreach (CertificateSteps::ATTRIBUTES as $attribute) {
            $values[$attribute] = $read($attribute);
        }

        return $values;
    }
}
