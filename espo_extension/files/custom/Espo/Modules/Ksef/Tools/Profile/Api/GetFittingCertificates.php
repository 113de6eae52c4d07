<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Profile\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Profile\FittingCertificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\ORM\Entity;

/**
 * The certificates that a profile can use in place of those that ended; of a profile that logs in by token, also those
 * with which it could.
 */
final readonly class GetFittingCertificates implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private FittingCertificates $certificates,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);
        $fitting = $this->certificates->inPlaceOfEnded($profile);

        if (!Profiles::logsInByCertificate($profile)) {
            $use = CertificateUse::Authorization;
            $fitting[$use->value] = $this->certificates->of($profile, $use);
        }

        $list = [];

        foreach ($fitting as $field => $certificates) {
            foreach ($certificates as $certificate) {
                $list[] = $this->item($certificate, $field);
            }
        }

        return ResponseComposer::json(['list' => $list]);
    }

    /**
     * @return array<string, ?string>
     */
    private function item(Entity $certificate, string $field): array
    {
        return [
            'id' => $certificate->getId(),
            'name' => $certificate->get('name'),
            'field' => $field,
            'identifierType' => $certificate->get('identifierType'),
            'identifierValue' => $certificate->get('identifierValue'),
            'validTo' => $certificate->get('validTo'),
        ];
    }
}
