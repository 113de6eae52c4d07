<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\BadRequest;
use Espo\Core\Exceptions\Conflict;
use Espo\Core\Exceptions\Forbidden;
use Espo\Core\Exceptions\HasBody;
use Espo\Core\Exceptions\ServiceUnavailable;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\CertificateFiles\CertificateAddition;
use Espo\Modules\Ksef\Tools\CertificateFiles\GivenFiles;
use Espo\Modules\Ksef\Tools\CertificateFiles\Placement;
use Espo\Modules\Ksef\Tools\CertificateFiles\Placements;
use Espo\Modules\Ksef\Tools\CertificateFiles\RequestedFiles;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use SensitiveParameter;
use stdClass;

/**
 * Stores the certificates that somebody was shown and links them in the profile. What one of them is refused for
 * does not keep the other one out; to repeat it is safe, since what is stored is found again.
 */
final readonly class PostAddCertificates implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private RequestedFiles $files,
        private BridgeClient $bridge,
        private Placements $placements,
        private CertificateAddition $addition,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);
        $given = $this->files->of($request);
        $placements = $this->wanted($profile, $given, $request->getParsedBody()->fingerprints ?? null);

        [$stored, $items, $refusal] = $this->store($profile, $placements, $given);

        if (!$stored && $refusal) {
            throw $refusal;
        }

        try {
            $this->addition->link($profile, $stored);
        } catch (BadRequest | Conflict | Forbidden $error) {
            $notLinked = $this->reason($error);
        }

        return ResponseComposer::json(['certificates' => $items, 'notLinked' => $notLinked ?? null]);
    }

    /**
     * @return list<Placement>
     */
    private function wanted(Entity $profile, #[SensitiveParameter] GivenFiles $given, mixed $fingerprints): array
    {
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

        $shown = $fingerprints instanceof stdClass ? get_object_vars($fingerprints) : [];

        $wanted = array_values(array_filter(
            $this->placements->of($profile, $sorting->certificates),
            static fn (Placement $each): bool => $each->use && ($shown[$each->use->value] ?? null) === $each->fingerprint(),
        ));

        if (!$wanted || count($wanted) < count($shown)) {
            throw $this->refusals->conflict([new Message('certificates-sorted-otherwise')]);
        }

        return $wanted;
    }

    /**
     * @param list<Placement> $placements
     * @return array{
     *     array<string, Entity>,
     *     list<array<string, mixed>>,
     *     BadRequest|Conflict|Forbidden|ServiceUnavailable|null,
     * } What is stored, by the fields of the profile; what to tell of each; the last refusal.
     */
    private function store(Entity $profile, array $placements, #[SensitiveParameter] GivenFiles $given): array
    {
        $stored = [];
        $items = [];
        $refusal = null;

        foreach ($placements as $placement) {
            $reason = null;

            try {
                $certificate = $this->addition->store($profile, $placement, $given);
            } catch (BadRequest | Conflict | Forbidden | ServiceUnavailable $refusal) {
                $certificate = null;
                $reason = $this->reason($refusal);
            }

            $field = (string) $placement->use?->value;

            if ($certificate) {
                $stored[$field] = $certificate;
            }

            $items[] = [
                'field' => $field,
                'certificateFile' => $placement->found->certificateFile,
                'id' => $certificate?->getId(),
                'name' => $certificate?->get('name'),
                'message' => $reason,
            ];
        }

        return [$stored, $items, $refusal];
    }

    /**
     * What a refusal says, as Markdown.
     */
    private function reason(BadRequest|Conflict|Forbidden|ServiceUnavailable $refusal): string
    {
        $body = $refusal instanceof HasBody ? json_decode((string) $refusal->getBody()) : null;

        return (string) ($body->message ?? $refusal->getMessage());
    }
}
