<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Revocation;

use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateVerdict;
use Espo\Modules\Ksef\Credentials\History\CertificateEvent;
use Espo\Modules\Ksef\Credentials\History\CertificateStep;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Tools\CertificateState\CertificateStates;
use Espo\Modules\Ksef\Tools\Connection\LoginPatience;
use Espo\Modules\Ksef\Tools\Connection\Sessions;
use Espo\Modules\Ksef\Tools\Profile\SubjectProfiles;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\CertificateStream;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * Has a certificate revoked at KSeF, for good, and everything follow that follows from it here.
 */
final readonly class CertificateRevocation
{
    /** KSeF's reasons. */
    public const REASONS = ['Unspecified', 'Superseded', 'KeyCompromise'];

    private const OVER = [CertificateStatus::REVOKED, CertificateStatus::EXPIRED];

    /** The profile's login is not this certificate's subject, at this KSeF. */
    private const NOT_THIS_LOGIN = [404, 409, 502];
    private const LOOKS = 4;
    private const SECONDS_UNTIL_SETTLED = 1;

    public function __construct(
        private BridgeClient $bridge,
        private SubjectProfiles $subjects,
        private CertificateStates $states,
        private Certificates $certificates,
        private CertificateStream $stream,
        private Sessions $sessions,
        private Refusals $refusals,
    ) {}

    /**
     * Why the certificate cannot be revoked from here; null when it can.
     */
    public function refusal(Entity $certificate): ?Message
    {
        $status = (string) $certificate->get('status');

        return match (true) {
            (string) $certificate->get('fingerprint') === '' => new Message('certificate-not-issued'),
            $certificate->get('kind') !== CertificateRecord::OF_KSEF => new Message('certificate-not-of-ksef', [
                'kind' => new OptionName(Certificates::ENTITY_TYPE, 'kind', (string) $certificate->get('kind')),
            ]),
            in_array($status, self::OVER, true) => new Message('certificate-over-already', [
                'certificate' => Records::link($certificate),
                'status' => new OptionName(Certificates::ENTITY_TYPE, 'status', $status),
            ]),
            !$this->subjects->thatRevoke($certificate) => $this->needsLogin($certificate),
            default => null,
        };
    }

    private function needsLogin(Entity $certificate): Message
    {
        return new Message('revocation-needs-login', [
            'certificate' => Records::link($certificate),
            'identifier' => (string) $certificate->get('identifierValue'),
        ]);
    }

    /**
     * @param string $reason One of REASONS.
     * @return array{status: ?string, sessionsRevoked: bool, message?: string} With a message when some
     *     sessions could not be ended.
     * @throws Conflict It cannot be revoked from here.
     * @throws BridgeException Nothing was revoked, as far as is known.
     */
    public function revoke(Entity $certificate, string $reason): array
    {
        if ($refusal = $this->refusal($certificate)) {
            throw $this->refusals->conflict([$refusal]);
        }

        [$status, $profile] = $this->revokeByOne($certificate, $reason);
        $status = $this->settled($status, $profile, $certificate, $reason);

        $this->stream->add($certificate->getId(), new CertificateStep(
            CertificateEvent::RevocationAsked,
            ['revocationReason' => $reason],
            Records::link($profile),
        ));

        $status = $this->states->follow($certificate, CertificateVerdict::ofRevocation($status));

        return ['status' => $status] + $this->sessions->end($this->loggedIn($certificate));
    }

    /**
     * KSeF takes a moment to revoke, in which it says Blocked: asked again, it tells how far it is. What it
     * has not done by then, the daily job finds.
     */
    private function settled(string $status, Entity $profile, Entity $certificate, string $reason): string
    {
        for ($left = self::LOOKS; $left > 0 && $status === CertificateStatus::BLOCKED; $left--) {
            sleep(self::SECONDS_UNTIL_SETTLED);

            try {
                $status = $this->revokeBy($profile, $certificate, $reason);
            } catch (BridgeException) {
                break;
            }
        }

        return $status;
    }

    /**
     * @return list<Entity>
     */
    private function loggedIn(Entity $certificate): array
    {
        return array_values(array_filter(
            $this->certificates->profiles($certificate->getId(), CertificateUse::Authorization),
            Profiles::logsInByCertificate(...),
        ));
    }

    /**
     * By the first profile that is let.
     *
     * @return array{string, Entity} The new status, and the profile.
     * @throws BridgeException
     */
    private function revokeByOne(Entity $certificate, string $reason): array
    {
        $profiles = $this->subjects->thatRevoke($certificate);
        $last = array_key_last($profiles);

        foreach ($profiles as $index => $profile) {
            try {
                return [LoginPatience::ask(fn (): string => $this->revokeBy($profile, $certificate, $reason)), $profile];
            } catch (BridgeProblem $problem) {
                if ($index === $last || !in_array($problem->status, self::NOT_THIS_LOGIN, true)) {
                    throw $problem;
                }
            }
        }

        throw $this->refusals->conflict([$this->needsLogin($certificate)]);
    }

    /**
     * @throws BridgeException
     */
    private function revokeBy(Entity $profile, Entity $certificate, string $reason): string
    {
        return $this->bridge->revokeCertificate($profile->getId(), $certificate->getId(), $reason);
    }
}
