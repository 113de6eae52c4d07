<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use DateTimeImmutable;
use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateName;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Texts;
use Espo\Modules\Ksef\Tools\Enrolment\BegunRequest;
use Espo\Modules\Ksef\Tools\Enrolment\CertificateRequests;
use Espo\Modules\Ksef\Tools\Profile\SubjectProfiles;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Renews certificates: a successor is requested, proved once it is issued, and takes over. Each step follows
 * from what is stored, so that whoever comes after one that was cut off goes on with it.
 */
final readonly class CertificateRenewals
{
    /** A profile that cannot log in is no obstacle while another of the same subject can. */
    private const MOST_PROFILES_TRIED = 3;
    /** KSeF certifies within seconds as a rule; until then nobody need hear that it takes time. */
    private const PATIENCE = '-1 hour';
    /** What KSeF says of the subject, it says to every profile. */
    private const OF_SUBJECT = ['enrolment-request-limit', 'enrolment-certificate-limit'];

    public function __construct(
        private EntityManager $entityManager,
        private Records $records,
        private SubjectProfiles $subjects,
        private CertificateRequests $requests,
        private SuccessorProof $proof,
        private CertificateTakeover $takeover,
        private RenewalFailures $failures,
        private Texts $texts,
    ) {}

    /**
     * Request a successor.
     *
     * @throws BridgeException
     */
    public function begin(Entity $certificate): void
    {
        try {
            $this->request($certificate, withPackage: false);
        } catch (NoLoginForSubject $error) {
            $this->failures->tell($certificate, $error->reason, isAnswer: true);
        } catch (Conflict) {
            // Somebody else has just begun.
            return;
        } catch (BridgeException $error) {
            $isAnswer = $error instanceof BridgeProblem && !$error->isUnavailable();
            $this->failures->tell($certificate, Message::ofBridge($error), $isAnswer);

            throw $error;
        }
    }

    /**
     * @throws NoLoginForSubject
     * @throws Conflict It is being renewed already.
     * @throws BridgeException Nothing is requested.
     */
    public function request(Entity $certificate, bool $withPackage): BegunRequest
    {
        $profiles = array_slice($this->subjects->ofSubject($certificate), 0, self::MOST_PROFILES_TRIED);
        $refusal = null;

        foreach ($profiles as $profile) {
            try {
                return $this->requests->begin($profile, $this->order($certificate, $withPackage), $certificate);
            } catch (BridgeProblem $problem) {
                if ($problem->isUnavailable() || in_array($problem->messageCode, self::OF_SUBJECT, true)) {
                    throw $problem;
                }

                $refusal ??= $problem;
            }
        }

        throw $refusal ?? new NoLoginForSubject(Records::link($certificate));
    }

    /**
     * Go on with a successor that has not taken over yet.
     *
     * @throws BridgeException
     */
    public function carryOn(Entity $successor): void
    {
        $predecessor = $this->predecessor($successor);

        if (!$predecessor) {
            $successor->set('renewalPending', false);
            $this->records->save($successor);
        } elseif (Certificates::isActive($successor)) {
            $this->finish($successor, $predecessor);
        } elseif (Certificates::isRequested($successor)) {
            $this->tellDelay($successor, $predecessor);
        } elseif ((string) $successor->get('fingerprint') === '') {
            $this->giveUp($successor, $predecessor);
        }
    }

    private function finish(Entity $successor, Entity $predecessor): void
    {
        try {
            $failure = $this->proof->failure($successor, $predecessor);
        } catch (BridgeException $error) {
            $this->failures->tell($predecessor, Message::ofBridge($error), isAnswer: false);

            throw $error;
        }

        if ($failure) {
            $this->failures->tell($predecessor, $failure, isAnswer: false);
        } else {
            $this->takeover->run($successor, $predecessor);
        }
    }

    /**
     * The bridge could not be asked what became of a successor.
     */
    public function tellObstacle(Entity $successor, BridgeException $error): void
    {
        $predecessor = $this->predecessor($successor);

        if ($predecessor && $this->isOverdue($successor)) {
            $this->failures->tell($predecessor, Message::ofBridge($error), isAnswer: false);
        }
    }

    private function tellDelay(Entity $successor, Entity $predecessor): void
    {
        if ($this->isOverdue($successor) && $successor->get('enrolmentCode')) {
            $this->failures->tell($predecessor, $this->obstacle($successor), isAnswer: false);
        }
    }

    private function isOverdue(Entity $successor): bool
    {
        return (string) $successor->get('createdAt') < StoredMoment::fromNow(self::PATIENCE);
    }

    private function predecessor(Entity $successor): ?Entity
    {
        return $this->entityManager
            ->getEntityById(Certificates::ENTITY_TYPE, (string) $successor->get('predecessorId'));
    }

    /**
     * KSeF has rejected the request. Its record would only heap up with others: the reason stands in that of
     * the certificate that is to be renewed.
     */
    private function giveUp(Entity $successor, Entity $predecessor): void
    {
        $this->failures->tell($predecessor, $this->obstacle($successor), isAnswer: true);
        $this->entityManager->removeEntity($successor);
    }

    private function obstacle(Entity $successor): Message
    {
        return Message::recorded((string) $successor->get('enrolmentCode'), $successor->get('enrolmentParams'));
    }

    private function order(Entity $certificate, bool $withPackage): CertificateOrder
    {
        return new CertificateOrder(
            (string) $certificate->get('type'),
            CertificateName::ofSuccessor(
                (string) $certificate->get('name'),
                $this->texts->dayInName('requested', new DateTimeImmutable()),
            ),
            (string) $certificate->get('keyAlgorithm'),
            $withPackage,
        );
    }
}
