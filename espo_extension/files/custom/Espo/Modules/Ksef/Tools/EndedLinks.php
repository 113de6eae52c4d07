<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Credentials\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;

/**
 * What a profile has to say of certificates that ended while it uses them.
 */
final readonly class EndedLinks
{
    public const OFFLINE_ENDED = 'profile-offline-certificate-ended';

    private const BY_CERTIFICATE = 'Certificate';

    public function __construct(private Certificates $certificates) {}

    /**
     * That it cannot log in. Null for a profile that logs in otherwise.
     */
    public function ofLogin(Entity $profile): ?Message
    {
        if ($profile->get('authorizationType') !== self::BY_CERTIFICATE) {
            return null;
        }

        $certificate = $this->ended($profile, CertificateUse::Authorization);

        return $certificate ? new Message('profile-certificate-ended', $this->params($certificate)) : null;
    }

    /**
     * That it cannot issue invoices offline.
     */
    public function ofOffline(Entity $profile): ?Message
    {
        $certificate = $this->ended($profile, CertificateUse::Offline);

        return $certificate ? new Message(self::OFFLINE_ENDED, $this->params($certificate)) : null;
    }

    private function ended(Entity $profile, CertificateUse $use): ?Entity
    {
        $certificate = $this->certificates->linked($profile, $use);

        return $certificate && CertificateStatus::isEnded($certificate) ? $certificate : null;
    }

    /**
     * @return array<string, mixed>
     */
    private function params(Entity $certificate): array
    {
        return [
            'certificate' => $this->certificates->link($certificate),
            'status' => (string) $certificate->get('status'),
        ];
    }
}
