<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Upload;

use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\ORM\Entity;

/**
 * What stands in a certificate, written into its record; the caller saves.
 */
final class RecordedFacts
{
    public static function write(Entity $certificate, CertificateFacts $facts, string $pem): void
    {
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
            'validFrom' => StoredMoment::of($facts->validFrom),
            'validTo' => StoredMoment::of($facts->validTo),
            'certificatePem' => $pem,
        ]);
    }
}
