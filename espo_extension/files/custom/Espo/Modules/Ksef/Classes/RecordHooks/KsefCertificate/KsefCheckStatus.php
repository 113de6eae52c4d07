<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefCertificate;

use DateTimeImmutable;
use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * By hand a certificate is only set to Inactive and back to Active; whatever is sent along with a
 * new one is passed over, since the inspection decides.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefCheckStatus implements SaveHook
{
    private const BY_HAND = [CertificateStatus::ACTIVE, CertificateStatus::INACTIVE];

    public function __construct(
        private Certificates $certificates,
        private Refusals $refusals,
    ) {}

    public function process(Entity $entity): void
    {
        if ($entity->isNew()) {
            $entity->set('status', null);

            return;
        }

        if (!$entity->isAttributeChanged('status')) {
            return;
        }

        $fault = $this->fault($entity, (string) $entity->getFetched('status'), (string) $entity->get('status'));

        if ($fault) {
            throw $this->refusals->badRequest([$fault]);
        }
    }

    private function fault(Entity $certificate, string $from, string $to): ?Message
    {
        if (array_diff([$from, $to], self::BY_HAND)) {
            return new Message(
                'status-not-by-hand',
                ['from' => $this->status($from), 'to' => $this->status($to)],
                field: 'status',
            );
        }

        // Files that come along are inspected next, and that decides.
        $hasFiles = $certificate->get('certificateFileId') || $certificate->get('keyFileId');

        if ($to !== CertificateStatus::ACTIVE || $hasFiles) {
            return null;
        }

        $record = $this->certificates->record($certificate);

        if (!$record->hasPrivateKey) {
            return new Message('activation-without-key', field: 'status');
        }

        if ($record->validTo !== null && $record->validTo < new DateTimeImmutable()) {
            $params = ['date' => $record->validTo->format('Y-m-d')];

            return new Message('activation-expired', $params, field: 'status');
        }

        return null;
    }

    private function status(string $value): OptionName
    {
        return new OptionName(Certificates::ENTITY_TYPE, 'status', $value);
    }
}
