<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\CertificateFiles\Placement;
use Espo\Modules\Ksef\Tools\CertificateFiles\Placements;
use Espo\Modules\Ksef\Tools\CertificateFiles\RequestedFiles;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Says what files hold and which field of a profile takes it. Nothing is stored.
 */
final readonly class PostSortCertificates implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private RequestedFiles $files,
        private BridgeClient $bridge,
        private Placements $placements,
        private Wording $wording,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);
        $given = $this->files->of($request);

        try {
            $sorting = $this->bridge->sortCertificates(
                $given->files,
                $given->password,
                $given->passwords,
                $profile->get('environment'),
            );
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        return ResponseComposer::json([
            'certificates' => array_map($this->item(...), $this->placements->of($profile, $sorting->certificates)),
            'leftOver' => $this->wording->toList($sorting->leftOver),
        ]);
    }

    /**
     * The facts by the names of a certificate's attributes.
     *
     * @return array<string, mixed>
     */
    private function item(Placement $placement): array
    {
        $facts = $placement->found->facts;

        return [
            'certificateFile' => $placement->found->certificateFile,
            'keyFile' => $placement->found->keyFile,
            'field' => $placement->use?->value,
            'facts' => [
                'type' => $facts->type,
                'kind' => $facts->kind,
                'environment' => $facts->environment,
                'subjectName' => $facts->subjectName,
                'identifierType' => $facts->identifierType,
                'identifierValue' => $facts->identifierValue,
                'keyAlgorithm' => $facts->keyAlgorithm,
                'fingerprint' => $facts->fingerprint,
                'validFrom' => StoredMoment::of($facts->validFrom),
                'validTo' => StoredMoment::of($facts->validTo),
            ],
            'findings' => $this->wording->toList($placement->messages),
        ];
    }
}
