<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Profile\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Profile\FittingProfiles;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\ORM\Entity;

/**
 * The profiles that a certificate may be linked to, and what is linked there now.
 */
final readonly class GetFittingProfiles implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private FittingProfiles $profiles,
        private Certificates $certificates,
    ) {}

    public function process(Request $request): Response
    {
        $certificate = $this->records->get($request, Certificates::ENTITY_TYPE);
        $list = [];

        foreach ($this->profiles->of($certificate) as [$profile, $use]) {
            $list[] = $this->item($profile, $use);
        }

        return ResponseComposer::json(['list' => $list]);
    }

    /**
     * @return array<string, ?string>
     */
    private function item(Entity $profile, CertificateUse $use): array
    {
        $linkedId = $profile->get($use->idAttribute());

        return [
            'id' => $profile->getId(),
            'name' => $profile->get('name'),
            'nip' => $profile->get('nip'),
            'environment' => $profile->get('environment'),
            'field' => $use->value,
            'currentCertificateName' => $linkedId ? $this->certificates->find($linkedId)?->link->name : null,
        ];
    }
}
