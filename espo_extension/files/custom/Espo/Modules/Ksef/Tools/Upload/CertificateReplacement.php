<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Upload;

use DateTimeImmutable;
use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * A certificate stands in one record only, and may replace another one where all that use it still can.
 */
final readonly class CertificateReplacement
{
    public function __construct(
        private Certificates $certificates,
        private Refusals $refusals,
    ) {}

    /**
     * @throws Conflict
     */
    public function check(Entity $certificate, CertificateFacts $facts): void
    {
        $another = $this->certificates->another($facts->fingerprint, $certificate);

        if ($another) {
            throw $this->refusals->conflict([
                new Message('certificate-exists', ['certificate' => Records::link($another)]),
            ]);
        }

        if ($certificate->isNew() || $certificate->getFetched('fingerprint') === $facts->fingerprint) {
            return;
        }

        $this->checkFits($certificate, $facts);
    }

    /**
     * @throws Conflict
     */
    private function checkFits(Entity $certificate, CertificateFacts $facts): void
    {
        $record = new CertificateRecord(
            Records::link($certificate),
            CertificateStatus::ACTIVE,
            (string) $facts->type,
            $facts->kind,
            (string) $facts->environment,
            $facts->validTo,
            true,
        );

        $profiles = [];
        $reasons = [];

        foreach (CertificateUse::cases() as $use) {
            foreach ($this->certificates->profiles($certificate->getId(), $use) as $profile) {
                $reason = $use->refusal($record, (string) $profile->get('environment'), new DateTimeImmutable());

                if ($reason) {
                    $profiles[$profile->getId()] = Records::link($profile);
                    $reasons[] = $reason;
                }
            }
        }

        if ($reasons) {
            $params = ['profiles' => array_values($profiles)];

            throw $this->refusals->conflict([new Message('certificate-replacement-unfit', $params), ...$reasons]);
        }
    }
}
