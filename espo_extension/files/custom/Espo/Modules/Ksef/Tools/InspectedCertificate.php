<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use DateTimeInterface;
use Espo\Modules\Ksef\Bridge\CertificateFacts;
use Espo\Modules\Ksef\Bridge\CertificateInspection;
use Espo\Modules\Ksef\Credentials\CertificateName;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\Texts;
use Espo\ORM\Entity;

/**
 * What an inspection found, written into the record.
 */
final readonly class InspectedCertificate
{
    private const ACTIVE = 'Active';
    /** KSeF's verdicts on a certificate: uploading the same one again changes nothing about them. */
    private const VERDICTS = ['Blocked', 'Revoked'];

    public function __construct(private Texts $texts) {}

    /**
     * Facts, certificate and sealed key, and the status that follows; the caller saves.
     */
    public function store(Entity $certificate, CertificateInspection $inspection, CertificateFacts $facts): void
    {
        $isSame = $certificate->getFetched('fingerprint') === $facts->fingerprint;

        $certificate->set([
            'type' => (string) $facts->type,
            'kind' => $facts->kind,
            'environment' => (string) $facts->environment,
            'serialNumber' => $facts->serialNumber,
            'subjectName' => $facts->subjectName,
            'issuerName' => $facts->issuerName,
            'identifierType' => $facts->identifierType,
            'identifierValue' => $facts->identifierValue,
            'keyAlgorithm' => $facts->keyAlgorithm,
            'fingerprint' => $facts->fingerprint,
            'validFrom' => self::moment($facts->validFrom),
            'validTo' => self::moment($facts->validTo),
            'certificatePem' => $inspection->certificatePem,
            'privateKeySealed' => $inspection->privateKeySeal,
            'hasPrivateKey' => true,
        ]);

        if (!$isSame || !in_array($certificate->getFetched('status'), self::VERDICTS, true)) {
            $certificate->set('status', self::ACTIVE);
        }

        if ((string) $certificate->get('name') === '') {
            $certificate->set('name', CertificateName::suggest($facts, $this->typeLabel($facts)));
        }
    }

    private function typeLabel(CertificateFacts $facts): string
    {
        return $facts->type === null
            ? ''
            : $this->texts->option(new OptionName(Certificates::ENTITY_TYPE, 'type', $facts->type));
    }

    private static function moment(DateTimeInterface $moment): string
    {
        return $moment->format('Y-m-d H:i:s');
    }
}
