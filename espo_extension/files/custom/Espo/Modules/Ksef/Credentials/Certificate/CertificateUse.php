<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Messages\Message;

/**
 * The two fields of a profile that take a certificate, and what each of them refuses.
 */
enum CertificateUse: string
{
    case Authorization = 'authorizationCertificate';
    case Offline = 'offlineCertificate';

    private const TEST = 'Test';

    /**
     * Where a profile holds the id of the certificate.
     */
    public function idAttribute(): string
    {
        return $this->value . 'Id';
    }

    /**
     * Why a profile of this environment cannot use the certificate here; null when it can.
     */
    public function refusal(CertificateRecord $certificate, string $environment, DateTimeImmutable $now): ?Message
    {
        return $this->refusalOfState($certificate, $now)
            ?? $this->refusalOfType($certificate)
            ?? $this->refusalOfEnvironment($certificate, $environment);
    }

    /**
     * That the certificate is somebody else's than the profile's company. It may be so: KSeF decides by the
     * rights that the holder was granted.
     *
     * @param string $nip Of the profile; '' as long as nobody told it.
     */
    public function remark(CertificateRecord $certificate, string $nip): ?Message
    {
        if ($nip === '' || $certificate->identifierValue === $nip) {
            return null;
        }

        $holder = ['identifierValue' => $certificate->identifierValue, 'nip' => $nip];

        return match ($certificate->identifierType) {
            'Nip' => $this->message('linked-certificate-of-another-nip', $certificate, $holder, Severity::Info),
            'Pesel' => $this->message('linked-certificate-of-a-person', $certificate, $holder, Severity::Info),
            default => null,
        };
    }

    private function refusalOfState(CertificateRecord $certificate, DateTimeImmutable $now): ?Message
    {
        if ($certificate->validTo !== null && $certificate->validTo < $now) {
            return $this->message('linked-certificate-expired', $certificate, [
                'date' => $certificate->validTo->format('Y-m-d'),
            ]);
        }

        if ($certificate->status !== CertificateStatus::ACTIVE) {
            return $this->message('linked-certificate-not-active', $certificate, [
                'status' => $certificate->status,
                'remedy' => match ($certificate->status) {
                    CertificateStatus::INACTIVE => 'Activate',
                    CertificateStatus::REQUESTED => 'Wait',
                    default => 'Replace',
                },
            ]);
        }

        if (!$certificate->hasPrivateKey) {
            return $this->message('linked-certificate-without-key', $certificate);
        }

        return null;
    }

    private function refusalOfType(CertificateRecord $certificate): ?Message
    {
        $isSigner = in_array($certificate->kind, ['Qualified', 'SelfSigned'], true);

        if ($this === self::Authorization) {
            return match (true) {
                $isSigner, $certificate->type === 'Authentication' => null,
                $certificate->type === 'Offline' => $this->message('linked-certificate-is-offline', $certificate),
                default => $this->message('linked-certificate-cannot-authenticate', $certificate),
            };
        }

        return match (true) {
            $certificate->kind !== CertificateRecord::OF_KSEF =>
                $this->message('linked-certificate-not-of-ksef', $certificate),
            $certificate->type === 'Offline' => null,
            $certificate->type === 'Authentication' =>
                $this->message('linked-certificate-is-authentication', $certificate),
            default => $this->message('linked-certificate-not-for-offline', $certificate),
        };
    }

    private function refusalOfEnvironment(CertificateRecord $certificate, string $environment): ?Message
    {
        if ($certificate->kind === 'SelfSigned' && $environment !== self::TEST) {
            return $this->message('linked-certificate-self-signed', $certificate, [
                'environment' => $environment,
            ]);
        }

        $served = $certificate->environments();

        if (in_array($environment, $served, true)) {
            return null;
        }

        return $this->message('linked-certificate-of-another-environment', $certificate, [
            'certificateEnvironment' => implode(' / ', $served),
            'environment' => $environment,
        ]);
    }

    /**
     * @param array<string, string> $params
     */
    private function message(
        string $code,
        CertificateRecord $certificate,
        array $params = [],
        Severity $severity = Severity::Error,
    ): Message {

        return new Message($code, ['certificate' => $certificate->link] + $params, $severity, $this->value);
    }
}
