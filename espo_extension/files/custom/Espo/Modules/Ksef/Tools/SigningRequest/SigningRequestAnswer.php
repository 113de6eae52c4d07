<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\SigningRequest;

use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Bridge\SigningRequest\Signer;
use Espo\Modules\Ksef\Bridge\SigningRequest\SigningRequest;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Enrolment\BegunRequest;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use SensitiveParameter;

/**
 * Where a profile stands on its way to certificates by a login signed elsewhere, as the browser hears it.
 */
final readonly class SigningRequestAnswer
{
    public function __construct(
        private SignedCertificates $certificates,
        private Wording $wording,
    ) {}

    /**
     * @param list<BegunRequest> $begun What was requested just now: the passwords of packages are told this once.
     */
    public function compose(Entity $profile, ?SigningRequest $request, #[SensitiveParameter] array $begun = []): Response
    {
        return ResponseComposer::json([
            'request' => $request ? $this->request($request) : null,
            'certificates' => array_map($this->certificate(...), $this->certificates->requested($profile)),
            'missing' => $this->certificates->missing($profile),
            'logsInByCertificate' => Profiles::logsInByCertificate($profile) && Profiles::hasCredential($profile),
            'connection' => [
                'status' => $profile->get('connectionStatus'),
                ...$this->recorded((string) $profile->get('connectionCode'), $profile->get('connectionParams')),
            ],
            'packages' => array_map(static fn (BegunRequest $each): array => [
                'certificateName' => $each->certificate->get('name'),
                'packagePassword' => $each->packagePassword,
            ], $begun),
        ]);
    }

    /**
     * @return array<string, mixed>
     */
    private function request(SigningRequest $request): array
    {
        return [
            'status' => $request->status->value,
            'document' => $request->document,
            'secondsLeft' => max(0, $request->expiresAt->getTimestamp() - time()),
            'signer' => $request->signer ? $this->signer($request->signer) : null,
            'permissions' => $request->permissions,
            'problem' => $request->problem ? $this->wording->toList([$request->problem])[0] : null,
        ];
    }

    /**
     * @return array<string, mixed>
     */
    private function signer(Signer $signer): array
    {
        return [
            'name' => $signer->name,
            'organizationName' => $signer->organizationName,
            'identifierType' => $signer->identifierType,
            'identifierValue' => $signer->identifierValue,
            'issuerName' => $signer->issuerName,
            'isQualified' => $signer->isQualified,
            'isSeal' => $signer->isSeal,
            'validTo' => StoredMoment::of($signer->validTo),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    private function certificate(Entity $certificate): array
    {
        return [
            'id' => $certificate->getId(),
            'name' => $certificate->get('name'),
            'type' => $certificate->get('type'),
            'status' => $certificate->get('status'),
            ...$this->recorded((string) $certificate->get('enrolmentCode'), $certificate->get('enrolmentParams')),
        ];
    }

    /**
     * @return array{problem: ?object}
     */
    private function recorded(string $code, mixed $params): array
    {
        $message = $code === '' ? null : Message::recorded($code, $params);

        return ['problem' => $message ? $this->wording->toList([$message])[0] : null];
    }
}
