<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\OfflineSigning;

use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Tools\CertificateState\ListedCertificates;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;

/**
 * What KSeF says of a profile's Offline certificate between two runs of the daily job. It never logs in, so
 * that KSeF refuses it nowhere; it is asked for where an administrator tries things, and no invoice waits.
 */
final readonly class OfflineCertificateState
{
    private const FRESH = '-1 hour';

    public function __construct(
        private Certificates $certificates,
        private BridgeClient $bridge,
        private ListedCertificates $listed,
        private Log $log,
    ) {}

    /**
     * Not within a transaction. Where KSeF does not tell, what is known stays.
     */
    public function refresh(Entity $profile): void
    {
        if (!$this->mayTell($profile)) {
            return;
        }

        try {
            $listed = $this->bridge->listedCertificates($profile->getId());
        } catch (BridgeException $error) {
            $this->log->info('KSeF: nothing is told of the Offline certificate of profile {id}, {code}.', [
                'id' => $profile->getId(),
                'code' => $error->messageCode,
            ]);

            return;
        }

        $this->listed->write($listed, (string) $profile->get('environment'));
    }

    /**
     * KSeF tells the subject that logs in of its own certificates.
     */
    private function mayTell(Entity $profile): bool
    {
        $login = $this->certificates->linked($profile, CertificateUse::Authorization);
        $offline = $this->certificates->linked($profile, CertificateUse::Offline);

        return $login
            && $offline
            && Profiles::logsInByCertificate($profile)
            && $offline->get('kind') === CertificateRecord::OF_KSEF
            && Certificates::isActive($offline)
            && $offline->get('identifierType') === $login->get('identifierType')
            && $offline->get('identifierValue') === $login->get('identifierValue')
            && (string) $offline->get('lastCheckedAt') <= StoredMoment::fromNow(self::FRESH);
    }
}
