<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Revocation\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\DeletionObstacles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Revocation\CertificateDependents;
use Espo\Modules\Ksef\Tools\Revocation\CertificateRevocation;
use Espo\ORM\Entity;

/**
 * What depends on a certificate, and whether it can be revoked from here, or deleted.
 */
final readonly class GetDependents implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private CertificateDependents $dependents,
        private CertificateRevocation $revocation,
        private DeletionObstacles $obstacles,
        private Wording $wording,
    ) {}

    public function process(Request $request): Response
    {
        $certificate = $this->records->get($request, Certificates::ENTITY_TYPE);
        $refusal = $this->revocation->refusal($certificate);
        $keptBy = [...$this->obstacles->linked([$certificate]), ...$this->obstacles->awaited([$certificate])];
        $profiles = [];

        foreach ($this->dependents->profiles($certificate) as [$profile, $uses]) {
            $profiles[] = $this->profile($profile) + [
                'fields' => array_map(static fn (CertificateUse $use): string => $use->value, $uses),
            ];
        }

        return ResponseComposer::json([
            'profiles' => $profiles,
            'requests' => array_map($this->named(...), $this->dependents->requests($certificate)),
            'remainingLogins' => array_map($this->profile(...), $this->dependents->remainingLogins($certificate)),
            'deletionRefusal' => $keptBy ? $this->wording->ofAll($keptBy) : null,
            'refusal' => $refusal
                ? ['code' => $refusal->code, 'message' => $this->wording->withPage($refusal)]
                : null,
        ]);
    }

    /**
     * @return array<string, ?string>
     */
    private function profile(Entity $profile): array
    {
        return $this->named($profile) + [
            'nip' => $profile->get('nip'),
            'environment' => $profile->get('environment'),
        ];
    }

    /**
     * @return array<string, ?string>
     */
    private function named(Entity $record): array
    {
        return ['id' => $record->getId(), 'name' => $record->get('name')];
    }
}
