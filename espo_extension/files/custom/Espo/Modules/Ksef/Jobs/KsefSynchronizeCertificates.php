<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Tools\CertificatesMadeElsewhere;
use Espo\Modules\Ksef\Tools\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Looks once a day for certificates that KSeF knows of and EspoCRM does not.
 */
final readonly class KsefSynchronizeCertificates implements JobDataLess
{
    public function __construct(
        private EntityManager $entityManager,
        private CertificatesMadeElsewhere $certificates,
        private Log $log,
    ) {}

    public function run(): void
    {
        foreach ($this->profiles() as $profile) {
            try {
                $this->certificates->announce($profile);
            } catch (BridgeException $error) {
                $this->log->error('KSeF: the certificates of profile {id} were not listed, {code}.', [
                    'id' => $profile->getId(),
                    'code' => $error->messageCode,
                ]);

                if (!$error instanceof BridgeProblem) {
                    return;
                }
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
                'authorizationType' => 'Certificate',
                'authorizationCertificateId!=' => null,
            ])
            ->find();
    }
}
