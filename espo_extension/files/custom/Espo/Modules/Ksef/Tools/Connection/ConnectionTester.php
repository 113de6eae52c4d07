<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Connection\Step;
use Espo\Modules\Ksef\Bridge\Connection\StepStatus;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\CertificateState\RefusedUses;
use Espo\Modules\Ksef\Tools\OfflineSigning\OfflineCertificateState;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Tests a profile's connection and keeps what was found with it.
 */
final readonly class ConnectionTester
{
    /** The step that EspoCRM adds: it knows of the Offline certificate, which does not log in. */
    private const OFFLINE_CERTIFICATE = 'offline-certificate';

    public function __construct(
        private BridgeClient $bridge,
        private ConnectionResults $results,
        private RefusedUses $refused,
        private OfflineCertificateState $offlineState,
        private RightsAcknowledgements $acknowledgements,
        private EntityManager $entityManager,
    ) {}

    /**
     * Test and store. While the bridge itself is away nothing is known, and nothing is stored.
     *
     * @param Entity $profile Has afterwards what is stored.
     * @throws BridgeException
     */
    public function test(Entity $profile): TestedConnection
    {
        $credential = $this->results->credential($profile);
        $test = $this->finished($profile->getId());

        if ($test->isOk) {
            $this->offlineState->refresh($profile);
        }

        if (!$this->entityManager->getEntityById(Profiles::ENTITY_TYPE, $profile->getId())) {
            // Deleted meanwhile.
            return new TestedConnection($test, false);
        }

        $this->entityManager->refreshEntity($profile);

        // Whoever changed the credential meanwhile asks about that one.
        if ($this->isUnderWay($test) || $this->results->credential($profile) !== $credential) {
            return new TestedConnection($test, false);
        }

        $test = $this->withOfflineCertificate($profile, $this->acknowledgements->applied($profile, $test));

        return new TestedConnection($test, $this->store($profile, $test));
    }

    /**
     * @return bool Whether the connection fails in a way that nobody was told of yet.
     */
    private function store(Entity $profile, ConnectionTest $test): bool
    {
        foreach ($test->steps as $step) {
            if ($step->code !== null && $this->refused->endBy($profile->getId(), $step->code, $step->params)) {
                $this->entityManager->refreshEntity($profile);

                return false;
            }
        }

        // The end of a certificate was told when it was found out.
        return $this->results->storeTest($profile, $test)
            && $test->decisiveStep()?->name !== self::OFFLINE_CERTIFICATE;
    }

    private function withOfflineCertificate(Entity $profile, ConnectionTest $test): ConnectionTest
    {
        $reason = $this->results->end($profile, CertificateUse::Offline);

        if ($reason === null) {
            return $test;
        }

        $step = new Step(self::OFFLINE_CERTIFICATE, StepStatus::Failed, 0, $reason->code, $reason->plainParams());

        return new ConnectionTest(false, [...$test->steps, $step], $test->permissions);
    }

    /**
     * Test another certificate by the profile's login; nothing of it is stored.
     *
     * @throws BridgeException
     */
    public function prove(string $profileId, string $certificateId): ConnectionTest
    {
        return $this->finished($profileId, $certificateId);
    }

    /**
     * The test, asked for again while KSeF is still working on its login.
     *
     * @throws BridgeException
     */
    private function finished(string $profileId, ?string $certificateId = null): ConnectionTest
    {
        return LoginPatience::ask(
            fn (): ConnectionTest => $this->bridge->connectionTest($profileId, $certificateId),
            $this->isUnderWay(...),
        );
    }

    private function isUnderWay(ConnectionTest $test): bool
    {
        $step = $test->decisiveStep();

        return $step?->status === StepStatus::Failed && $step->code === LoginPatience::UNDER_WAY;
    }
}
