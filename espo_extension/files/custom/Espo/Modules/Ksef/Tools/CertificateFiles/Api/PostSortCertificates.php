<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\CertificateFiles\CertificateFinder;
use Espo\Modules\Ksef\Tools\CertificateFiles\IntendedProfile;
use Espo\Modules\Ksef\Tools\CertificateFiles\Placement;
use Espo\Modules\Ksef\Tools\Record\Certificates;

/**
 * Says what files hold and which field of which profile takes it. Nothing is stored.
 */
final readonly class PostSortCertificates implements Action
{
    public function __construct(
        private CertificateFinder $finder,
        private Wording $wording,
    ) {}

    public function process(Request $request): Response
    {
        $found = $this->finder->find($request);

        return ResponseComposer::json([
            'certificates' => array_map($this->item(...), $found->placements),
            'leftOver' => $this->wording->toList($found->leftOver),
            'profile' => $this->profile($found->profile),
        ]);
    }

    /**
     * @return array<string, mixed>
     */
    private function profile(IntendedProfile $profile): array
    {
        $record = $profile->record;

        return [
            'id' => $record->isNew() ? null : $record->getId(),
            'name' => (string) ($record->get('name') ?: $record->get('companyName') ?: $record->get('nip')),
            'nip' => (string) $record->get('nip'),
            'environment' => $profile->environment,
            'authorizationType' => $record->get('authorizationType'),
            'isNipTold' => $profile->isNipTold,
            'missing' => $this->wording->toList($profile->missing),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    private function item(Placement $placement): array
    {
        return [
            'certificateFile' => $placement->found->certificateFile,
            'keyFile' => $placement->found->keyFile,
            'field' => $placement->use?->value,
            'facts' => Certificates::attributes($placement->found->facts),
            'findings' => $this->wording->toList($placement->messages),
        ];
    }
}
