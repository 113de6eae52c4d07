<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\AdministratorNotifications;
use Espo\Modules\Ksef\Tools\ConnectionTester;
use Espo\Modules\Ksef\Tools\Profiles;
use Espo\Modules\Ksef\Tools\TestedConnection;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Tests the connection of every active profile that has a credential, and tells the administrators
 * of each that has stopped working.
 */
final readonly class KsefCheckConnections implements JobDataLess
{
    public function __construct(
        private EntityManager $entityManager,
        private ConnectionTester $tester,
        private AdministratorNotifications $notifications,
        private Log $log,
    ) {}

    public function run(): void
    {
        foreach ($this->profiles() as $profile) {
            try {
                $this->report($profile, $this->tester->test($profile));
            } catch (BridgeException $error) {
                $this->log->error('KSeF: profile {id} could not be tested, {code}, request {requestId}.', [
                    'id' => $profile->getId(),
                    'code' => $error->messageCode,
                    'requestId' => $error->requestId,
                ]);
            }
        }
    }

    /**
     * @return iterable<Entity>
     */
    private function profiles(): iterable
    {
        return $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where([
                'status' => 'Active',
                'OR' => [
                    ['authorizationType' => 'Token', 'tokenSealed!=' => null],
                    ['authorizationType' => 'Certificate', 'authorizationCertificateId!=' => null],
                ],
            ])
            ->find();
    }

    private function report(Entity $profile, TestedConnection $tested): void
    {
        if (!$tested->isNewFailure) {
            return;
        }

        $step = $tested->test->decisiveStep();
        $reason = $step?->code === null
            ? null
            : new Message($step->code, $step->params, fallback: $step->message ?? '');

        $this->notifications->connectionLost($profile, $reason);
    }
}
