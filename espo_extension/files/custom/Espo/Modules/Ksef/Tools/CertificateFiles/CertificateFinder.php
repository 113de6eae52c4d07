<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Core\Api\Request;
use Espo\Core\Exceptions\BadRequest;
use Espo\Core\Exceptions\Conflict;
use Espo\Core\Exceptions\Forbidden;
use Espo\Core\Exceptions\NotFound;
use Espo\Core\Exceptions\ServiceUnavailable;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateSorting;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use SensitiveParameter;

/**
 * Finds the certificates in the files of a request, and the profile that they go into: the one that the request
 * names, else that of their company.
 */
final readonly class CertificateFinder
{
    public function __construct(
        private RequestedRecords $records,
        private RequestedFiles $files,
        private BridgeClient $bridge,
        private IntendedProfiles $intended,
        private Placements $placements,
        private Refusals $refusals,
    ) {}

    /**
     * @throws BadRequest
     * @throws Conflict
     * @throws Forbidden
     * @throws NotFound
     * @throws ServiceUnavailable
     */
    public function find(Request $request): FoundCertificates
    {
        $named = $this->records->find($request, Profiles::ENTITY_TYPE);
        $given = $this->files->of($request);

        $body = get_object_vars($request->getParsedBody());

        $environment = $named ? $named->get('environment') : $this->chosenEnvironment($body);
        $sorting = $this->sort($given, $environment);

        if ($environment === null) {
            $environment = ToldByCertificates::environment($sorting->certificates);
            // What a certificate of another environment is refused for is known only now.
            $sorting = $environment === null ? $sorting : $this->sort($given, $environment);
        }

        $profile = $named
            ? new IntendedProfile($named, $environment)
            : $this->intended->of($sorting->certificates, $environment, $this->enteredNip($body));

        return new FoundCertificates(
            $given,
            $profile,
            $this->placements->of($profile->record, $sorting->certificates),
            $sorting->leftOver,
        );
    }

    /**
     * @param array<string, mixed> $body
     */
    private function chosenEnvironment(#[SensitiveParameter] array $body): ?string
    {
        $chosen = $body['environment'] ?? null;

        return in_array($chosen, CertificateRecord::ENVIRONMENTS, true) ? $chosen : null;
    }

    /**
     * @param array<string, mixed> $body
     */
    private function enteredNip(#[SensitiveParameter] array $body): string
    {
        $entered = $body['nip'] ?? null;

        return is_string($entered) ? $entered : '';
    }

    /**
     * @throws BadRequest
     * @throws Conflict
     * @throws ServiceUnavailable
     */
    private function sort(#[SensitiveParameter] GivenFiles $given, ?string $environment): CertificateSorting
    {
        try {
            return $this->bridge->sortCertificates($given->files, $given->password, $given->passwords, $environment);
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }
    }
}
