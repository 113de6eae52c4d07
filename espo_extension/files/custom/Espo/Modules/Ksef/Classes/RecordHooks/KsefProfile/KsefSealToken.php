<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefProfile;

use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Bridge\Inspection\TokenInspection;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\Modules\Ksef\Tools\Wording\SavedFindings;
use Espo\ORM\Entity;
use SensitiveParameter;

/**
 * A token that was pasted goes to the bridge; what comes back, a seal, is stored. Without a token
 * the stored seal stays, whatever the authorization type: only *Forget* takes it away.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefSealToken implements SaveHook
{
    private const INPUT = 'token';

    public function __construct(
        private BridgeClient $bridge,
        private SavedFindings $findings,
        private Refusals $refusals,
    ) {}

    public function process(Entity $entity): void
    {
        $token = $entity->get(self::INPUT);
        $entity->clear(self::INPUT);

        if (!is_string($token) || $token === '') {
            return;
        }

        $inspection = $this->inspect($entity, $token);

        if ($inspection->errors()) {
            throw $this->refusals->badRequest($inspection->findings);
        }

        $entity->set([
            'tokenSealed' => $inspection->seal,
            'tokenReference' => $inspection->referenceNumber,
        ]);

        $this->findings->add($entity, $inspection->findings);
    }

    private function inspect(Entity $profile, #[SensitiveParameter] string $token): TokenInspection
    {
        try {
            return $this->bridge->inspectToken(
                $token,
                (string) $profile->get('environment'),
                (string) $profile->get('nip'),
                (string) $profile->get('internalId') ?: null,
            );
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error, new Message('not-saved', severity: Severity::Info));
        }
    }
}
