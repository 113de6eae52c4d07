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
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\CertificateFiles\CertificateAddition;
use Espo\Modules\Ksef\Tools\CertificateFiles\CertificateFinder;
use Espo\Modules\Ksef\Tools\CertificateFiles\FoundCertificates;
use Espo\Modules\Ksef\Tools\CertificateFiles\GivenFiles;
use Espo\Modules\Ksef\Tools\CertificateFiles\Placement;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use SensitiveParameter;
use stdClass;

/**
 * Stores the certificates that somebody was shown and links them in the profile, which is made if need be. What one
 * of them is refused for does not keep the other one out; to repeat it is safe, since what is stored is found again.
 */
final readonly class PostAddCertificates implements Action
{
    public function __construct(
        private CertificateFinder $finder,
        private CertificateAddition $addition,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $found = $this->finder->find($request);
        $profile = $found->profile->record;
        $body = get_object_vars($request->getParsedBody());
        $placements = $this->shown($found, $body);
        $isRenewed = ($body['autoRenew'] ?? null) === true;

        [$stored, $items, $refusal] = $this->store($profile, $placements, $found->given, $isRenewed);

        if (!$stored && $refusal) {
            throw $refusal;
        }

        try {
            $profile = $this->addition->link($profile, $stored);
        } catch (BadRequest | Conflict | Forbidden $error) {
            $notLinked = $this->reason($error);
        }

        return ResponseComposer::json([
            'profileId' => $profile->isNew() ? null : $profile->getId(),
            'certificates' => $items,
            'notLinked' => $notLinked ?? null,
        ]);
    }

    /**
     * @param array<string, mixed> $body
     * @return list<Placement>
     * @throws BadRequest
     * @throws Conflict
     */
    private function shown(FoundCertificates $found, #[SensitiveParameter] array $body): array
    {
        $fingerprints = $body['fingerprints'] ?? null;
        $shown = $found->shownAs($fingerprints instanceof stdClass ? get_object_vars($fingerprints) : []);
        $profileId = $found->profile->record->isNew() ? null : $found->profile->record->getId();

        $isAnother = array_key_exists('profileId', $body) && $body['profileId'] !== $profileId;

        if (!$shown || $isAnother) {
            throw $this->refusals->conflict([new Message('certificates-sorted-otherwise')]);
        }

        if ($found->profile->missing) {
            throw $this->refusals->badRequest($found->profile->missing);
        }

        return $shown;
    }

    /**
     * @param list<Placement> $placements
     * @return array{
     *     array<string, Entity>,
     *     list<array<string, mixed>>,
     *     BadRequest|Conflict|Forbidden|ServiceUnavailable|null,
     * } What is stored, by the fields of the profile; what to tell of each; the last refusal.
     */
    private function store(
        Entity $profile,
        array $placements,
        #[SensitiveParameter]
        GivenFiles $given,
        bool $isRenewed,
    ): array {
        $stored = [];
        $items = [];
        $refusal = null;

        foreach ($placements as $placement) {
            $reason = null;

            try {
                $certificate = $this->addition->store($profile, $placement, $given, $isRenewed);
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
