<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Connection\ConnectionTester;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Whether a certificate that renews another one does all that this one does, before anybody relies on it: it
 * logs in to KSeF, or its signature is verified.
 */
final readonly class SuccessorProof
{
    private const OFFLINE = 'Offline';
    private const NOT_PROVED = 'renewal-not-proved';

    public function __construct(
        private BridgeClient $bridge,
        private ConnectionTester $tester,
        private Certificates $certificates,
        private EntityManager $entityManager,
    ) {}

    /**
     * @return ?Message Why it does not; null when it does.
     * @throws BridgeException
     */
    public function failure(Entity $successor, Entity $predecessor): ?Message
    {
        return $successor->get('type') === self::OFFLINE
            ? $this->failureToSign($successor, $predecessor)
            : $this->failureToLogIn($successor, $predecessor);
    }

    private function failureToLogIn(Entity $successor, Entity $predecessor): ?Message
    {
        $profile = $this->profile($successor, $predecessor, CertificateUse::Authorization);

        if (!$profile) {
            return new Message(self::NOT_PROVED);
        }

        $test = $this->tester->prove($profile->getId(), $successor->getId());

        return $test->isOk ? null : $this->reason($test);
    }

    /**
     * The bridge verifies what it has signed. No invoice has the hash.
     */
    private function failureToSign(Entity $successor, Entity $predecessor): ?Message
    {
        $profile = $this->profile($successor, $predecessor, CertificateUse::Offline);

        if (!$profile) {
            return new Message(self::NOT_PROVED);
        }

        $links = $this->bridge->verificationLinks(
            $profile->getId(),
            InvoiceDescription::ofHash(
                bin2hex(random_bytes(32)),
                (new DateTimeImmutable())->format('Y-m-d'),
                (string) $profile->get('nip'),
            ),
            isOffline: true,
            offlineCertificateId: $successor->getId(),
        );

        return $links->kod2 === null ? new Message(self::NOT_PROVED) : null;
    }

    /**
     * One that is to use it; else the one with which it was requested.
     */
    private function profile(Entity $successor, Entity $predecessor, CertificateUse $use): ?Entity
    {
        foreach ($this->certificates->profiles($predecessor->getId(), $use) as $profile) {
            if ($profile->get('status') === 'Active') {
                return $profile;
            }
        }

        return $this->entityManager
            ->getEntityById(Profiles::ENTITY_TYPE, (string) $successor->get('requestedByProfileId'));
    }

    private function reason(ConnectionTest $test): Message
    {
        $step = $test->decisiveStep();

        return ($step ? Message::ofStep($step) : null) ?? new Message(self::NOT_PROVED);
    }
}
