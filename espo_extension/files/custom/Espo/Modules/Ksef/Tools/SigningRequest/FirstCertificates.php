<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\SigningRequest;

use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Connection\ConnectionTester;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * What becomes of the certificates that were requested by a login signed elsewhere: the profile uses each as soon as
 * it is issued, and logs in by certificate from then on.
 */
final readonly class FirstCertificates
{
    public function __construct(
        private EntityManager $entityManager,
        private Certificates $certificates,
        private Records $records,
        private ConnectionTester $tester,
        private Log $log,
    ) {}

    /**
     * Link an issued certificate in its profile, unless another one serves there by now. Within the transaction that
     * stores it.
     *
     * @return ?Entity The profile that uses it.
     */
    public function link(Entity $certificate): ?Entity
    {
        $profile = self::isFirst($certificate) ? $this->profile($certificate) : null;

        if (!$profile) {
            return null;
        }

        $use = self::useOf($certificate);
        $another = $this->certificates->needed($profile, $use);

        if ($another && Certificates::isActive($another)) {
            return null;
        }

        $profile->set($use->idAttribute(), $certificate->getId());

        if ($use === CertificateUse::Authorization) {
            $profile->set('authorizationType', 'Certificate');
        }

        $this->records->save($profile);

        return $profile;
    }

    /**
     * Try the connection of the profile that has just begun to log in by the certificate.
     */
    public function test(Entity $certificate): void
    {
        $profile = self::isFirst($certificate) ? $this->profile($certificate) : null;
        $use = self::useOf($certificate);

        if ($use !== CertificateUse::Authorization || $profile?->get($use->idAttribute()) !== $certificate->getId()) {
            return;
        }

        try {
            $this->tester->test($profile);
        } catch (BridgeException $error) {
            // It stays Not tested: the daily job tests it.
            $this->log->warning('KSeF: the connection of profile {id} was not tested, {code}.', [
                'id' => $profile->getId(),
                'code' => $error->messageCode,
            ]);
        }
    }

    private function profile(Entity $certificate): ?Entity
    {
        return $this->entityManager->getEntityById(
            Profiles::ENTITY_TYPE,
            (string) $certificate->get('requestedByProfileId'),
        );
    }

    private static function isFirst(Entity $certificate): bool
    {
        return (bool) $certificate->get(Certificates::SIGNING_REQUEST_ID);
    }

    private static function useOf(Entity $certificate): CertificateUse
    {
        return $certificate->get('type') === 'Offline' ? CertificateUse::Offline : CertificateUse::Authorization;
    }
}
