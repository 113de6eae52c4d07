<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Espo\Core\Field\LinkParent;
use Espo\Entities\Note;
use Espo\Modules\Ksef\Credentials\History\CertificateStep;
use Espo\ORM\EntityManager;

/**
 * The stream of a certificate's record: what happened to it, step by step, for administrators only.
 *
 * The entity itself has EspoCRM's stream switched off: with it on, records could be followed and posted to,
 * and what is mentioned in a post reaches people who may not see the record.
 */
final readonly class CertificateStream
{
    /** Its view is named in the metadata, clientDefs.Note.itemViews. */
    private const TYPE = 'KsefStep';

    public function __construct(private EntityManager $entityManager) {}

    public function add(string $certificateId, CertificateStep $step): void
    {
        $note = $this->entityManager->getRDBRepositoryByClass(Note::class)->getNew();

        $note
            ->setType(self::TYPE)
            ->setParent(LinkParent::create(Certificates::ENTITY_TYPE, $certificateId))
            ->setData($step->toArray());

        $this->entityManager->saveEntity($note);
    }
}
