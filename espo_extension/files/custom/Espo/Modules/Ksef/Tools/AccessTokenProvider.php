<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Bridge\AccessToken;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\CertificateState\RefusedUses;
use Espo\Modules\Ksef\Tools\Connection\ConnectionResults;
use Espo\Modules\Ksef\Tools\Notice\Announcements;
use Espo\Modules\Ksef\Tools\Notice\News;
use Espo\Modules\Ksef\Tools\Notice\ProfileNews;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;

/**
 * KSeF access tokens for other extensions. This class, VerificationLinkProvider, AnnouncementProvider and what
 * their methods name are a public interface; nothing else of this module is.
 *
 * ```php
 * use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
 * use Espo\Modules\Ksef\Tools\AccessTokenProvider;
 *
 * final class InvoiceSender
 * {
 *     public function __construct(private AccessTokenProvider $accessTokens) {}
 *
 *     public function send(string $profileId, string $invoice): void
 *     {
 *         try {
 *             $token = $this->accessTokens->getAccessToken($profileId)->token;
 *         } catch (BridgeException $error) {
 *             // $error->messageCode says why, `KsefProfile.messages.<code>` says it in words.
 *             // BridgeProblem::$retryAfter is set when it is worth trying again.
 *             …
 *         }
 *
 *         // Authorization: Bearer $token
 *     }
 * }
 * ```
 *
 * Ask anew for each piece of work and keep no token: an answer from a living session takes
 * milliseconds. Ask with `$forceRefresh` after KSeF answered 401 to a token.
 */
final readonly class AccessTokenProvider
{
    private const CONFLICT = 409;
    private const REFUSED_BY_KSEF = 502;
    /** Somebody switched the profile off, which is no failure of its connection. */
    private const INACTIVE = 'profile-inactive';

    public function __construct(
        private BridgeClient $bridge,
        private ConnectionResults $results,
        private RefusedUses $refused,
        private Announcements $announcements,
        private ProfileNews $news,
    ) {}

    /**
     * An access token of the profile that lives for a minute at least.
     *
     * When KSeF refuses, or the profile cannot be used as it stands, the profile is set to Failed and
     * the administrators are told, once for each new reason.
     *
     * @param string $profileId Id of a KsefProfile.
     * @param bool $forceRefresh Ask KSeF even if a token is at hand or a refusal is remembered.
     * @throws BridgeException
     */
    public function getAccessToken(string $profileId, bool $forceRefresh = false): AccessToken
    {
        try {
            return $this->bridge->accessToken($profileId, $forceRefresh);
        } catch (BridgeProblem $problem) {
            if ($this->isLasting($problem)) {
                $this->record($profileId, $problem);
            }

            throw $problem;
        }
    }

    private function isLasting(BridgeProblem $problem): bool
    {
        return in_array($problem->status, [self::CONFLICT, self::REFUSED_BY_KSEF], true)
            && $problem->messageCode !== self::INACTIVE;
    }

    private function record(string $profileId, BridgeProblem $problem): void
    {
        if ($this->refused->endBy($profileId, $problem->messageCode, $problem->params)) {
            return;
        }

        // Whoever is refused at the same moment sees that the administrators are told already.
        $this->announcements->ofChange(
            Profiles::ENTITY_TYPE,
            $profileId,
            fn (Entity $profile): ?News =>
                $this->results->storeRefusal($profile, $problem->messageCode, $problem->params)
                    ? $this->news->connectionLost($profile, Message::ofBridge($problem))
                    : null,
        );
    }
}
