<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Tools\CertificatesMadeElsewhere;
use Espo\Modules\Ksef\Tools\Profiles;
use Espo\Modules\Ksef\Tools\RecordByRecord;
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
        private RecordByRecord $records,
    ) {}

    public function run(): void
    {
        foreach ($this->profiles() as $profile) {
            $away = $this->records->attempt(
                Profiles::ENTITY_TYPE,
                $profile->getId(),
                fn () => $this->certificates->announce($profile),
            );

            if ($away) {
                return;
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
