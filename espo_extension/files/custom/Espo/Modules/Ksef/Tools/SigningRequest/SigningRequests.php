<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\SigningRequest;

use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\SigningRequest\SigningRequest;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use SensitiveParameter;

/**
 * The login of a profile whose document is signed elsewhere: one at a time, which the profile names.
 */
final readonly class SigningRequests
{
    private const NOT_FOUND = 404;
    private const PROFILE_NOT_FOUND = 'profile-not-found';

    public function __construct(
        private BridgeClient $bridge,
        private Records $records,
        private Refusals $refusals,
    ) {}

    /**
     * Begin one; that before is ended.
     *
     * @param bool $byFingerprint As for the bridge's call.
     * @throws BridgeException
     */
    public function open(Entity $profile, bool $byFingerprint): SigningRequest
    {
        $request = $this->bridge->openSigningRequest($profile->getId(), $byFingerprint);

        $profile->set(Profiles::SIGNING_REQUEST_ID, $request->id);
        $this->records->save($profile);

        return $request;
    }

    /**
     * @param string $document As it came back.
     * @throws BridgeException
     * @throws Conflict None was begun.
     */
    public function submit(Entity $profile, #[SensitiveParameter] string $document): SigningRequest
    {
        return $this->bridge->submitSignedDocument($profile->getId(), $this->idOf($profile), $document);
    }

    /**
     * @return ?SigningRequest Null where there is none, or the bridge knows of it no more.
     * @throws BridgeException
     */
    public function find(Entity $profile): ?SigningRequest
    {
        $id = (string) $profile->get(Profiles::SIGNING_REQUEST_ID);

        try {
            return $id === '' ? null : $this->bridge->signingRequest($profile->getId(), $id);
        } catch (BridgeProblem $problem) {
            if ($problem->status === self::NOT_FOUND && $problem->messageCode !== self::PROFILE_NOT_FOUND) {
                return null;
            }

            throw $problem;
        }
    }

    /**
     * @throws Conflict
     */
    public function idOf(Entity $profile): string
    {
        $id = (string) $profile->get(Profiles::SIGNING_REQUEST_ID);

        return $id !== '' ? $id : throw $this->refusals->conflict([new Message('signing-request-not-begun')]);
    }
}
