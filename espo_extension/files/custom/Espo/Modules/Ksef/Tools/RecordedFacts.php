<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use DateTimeInterface;
use Espo\Modules\Ksef\Bridge\CertificateFacts;
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
            'validFrom' => self::moment($facts->validFrom),
            'validTo' => self::moment($facts->validTo),
            'certificatePem' => $pem,
        ]);
    }

    private static function moment(DateTimeInterface $moment): string
    {
        return $moment->format('Y-m-d H:i:s');
    }
}
