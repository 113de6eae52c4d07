<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Upload;

use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateInspection;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateName;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\Texts;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\ORM\Entity;

/**
 * What an inspection found, written into the record.
 */
final readonly class InspectedCertificate
{
    /** KSeF's verdicts on a certificate: uploading the same one again changes nothing about them. */
    private const VERDICTS = [CertificateStatus::BLOCKED, CertificateStatus::REVOKED];

    public function __construct(private Texts $texts) {}

    /**
     * Facts, certificate and sealed key, and the status that follows; the caller saves.
     */
    public function store(Entity $certificate, CertificateInspection $inspection, CertificateFacts $facts): void
    {
        $isSame = $certificate->getFetched('fingerprint') === $facts->fingerprint;

        Certificates::setFacts($certificate, $facts, (string) $inspection->certificatePem);

        $certificate->set(['privateKeySealed' => $inspection->privateKeySeal, 'hasPrivateKey' => true]);

        if (!$isSame) {
            // It holds the key of the certificate that was here before.
            $certificate->set('packageId', null);
        }

        if (!$isSame || !in_array($certificate->getFetched('status'), self::VERDICTS, true)) {
            $certificate->set('status', CertificateStatus::ACTIVE);
        }

        if ((string) $certificate->get('name') === '') {
            $certificate->set('name', CertificateName::suggest(
                $facts,
                $this->typeLabel($facts),
                $this->texts->dayInName('until', $facts->validTo),
            ));
        }
    }

    private function typeLabel(CertificateFacts $facts): string
    {
        return $facts->type === null
            ? ''
            : $this->texts->option(new OptionName(Certificates::ENTITY_TYPE, 'type', $facts->type));
    }
}
