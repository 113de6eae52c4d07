<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment;

use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUnreachable;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Renewal\CertificateSuccessors;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Begins a request for a certificate: first the record, then the key, and only then KSeF is asked.
 */
final readonly class CertificateRequests
{
    public function __construct(
        private EntityManager $entityManager,
        private BridgeClient $bridge,
        private CertificateKeys $keys,
        private Records $records,
        private CertificateSuccessors $successors,
        private Refusals $refusals,
    ) {}

    /**
     * @param ?Entity $predecessor The certificate that the new one renews.
     * @throws Conflict The same certificate is being requested already.
     * @throws BridgeException Nothing is requested, and there is no record of it, save for a renewal while
     *     KSeF is away, with which the job goes on.
     */
    public function begin(Entity $profile, CertificateOrder $order, ?Entity $predecessor = null): BegunRequest
    {
        // While the bridge is away no record is made.
        $this->bridge->info();

        $certificate = $predecessor
            ? $this->createSuccessor($predecessor, $profile, $order)
            : $this->create($profile, $order);

        try {
            return new BegunRequest($certificate, $this->obtainKey($certificate, $order));
        } catch (BridgeUnreachable | BridgeAnswerUnreadable) {
            // The job goes on with it.
            return new BegunRequest($certificate, null);
        } catch (BridgeException $error) {
            $isAway = $error instanceof BridgeProblem && $error->isUnavailable();

            if (!$predecessor || $order->withPackage || !$isAway) {
                $this->entityManager->removeEntity($certificate);
            }

            throw $error;
        }
    }

    /**
     * Two that ask for the same at the same moment come one after the other.
     */
    private function create(Entity $profile, CertificateOrder $order): Entity
    {
        $work = function (Entity $locked) use ($order): Entity {
            $this->checkNotRequested($locked, $order);

            return $this->entityManager->createEntity(Certificates::ENTITY_TYPE, $this->values($locked, $order));
        };

        return $this->records->locked(Profiles::ENTITY_TYPE, $profile->getId(), $work)
            ?? throw new Conflict('The profile is deleted.');
    }

    /**
     * Whoever wants to renew the same certificate at the same moment finds what the first has begun.
     */
    private function createSuccessor(Entity $predecessor, Entity $profile, CertificateOrder $order): Entity
    {
        $work = function (Entity $locked) use ($profile, $order): Entity {
            $this->checkNotRenewed($locked);

            return $this->entityManager->createEntity(Certificates::ENTITY_TYPE, [
                ...$this->values($profile, $order),
                'predecessorId' => $locked->getId(),
                'renewalPending' => true,
            ]);
        };

        return $this->records->locked(Certificates::ENTITY_TYPE, $predecessor->getId(), $work)
            ?? throw new Conflict('The certificate is deleted.');
    }

    /**
     * @return array<string, mixed>
     */
    private function values(Entity $profile, CertificateOrder $order): array
    {
        return [
            'name' => $order->name,
            'status' => CertificateStatus::REQUESTED,
            'type' => $order->type,
            'environment' => $profile->get('environment'),
            'keyAlgorithm' => $order->keyAlgorithm,
            'autoRenew' => true,
            'requestedByProfileId' => $profile->getId(),
            'hasEnrolment' => true,
            Certificates::SIGNING_REQUEST_ID => $order->signingRequestId,
        ];
    }

    private function obtainKey(Entity $certificate, CertificateOrder $order): ?string
    {
        if ($order->withPackage) {
            return $this->keys->obtain($certificate);
        }

        $this->keys->obtainWithoutPackage($certificate);

        return null;
    }

    private function checkNotRenewed(Entity $predecessor): void
    {
        $successor = $this->successors->requested($predecessor) ?? $this->successors->active($predecessor);

        if (!$successor) {
            return;
        }

        $code = $successor->get('renewalPending') ? 'renewal-under-way' : 'renewal-done-already';

        throw $this->refusals->conflict([
            new Message($code, ['successor' => Records::link($successor)]),
        ]);
    }

    private function checkNotRequested(Entity $profile, CertificateOrder $order): void
    {
        $another = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->where([
                'status' => CertificateStatus::REQUESTED,
                'requestedByProfileId' => $profile->getId(),
                'type' => $order->type,
                'name' => $order->name,
            ])
            ->findOne();

        if ($another) {
            throw $this->refusals->conflict([
                new Message('certificate-already-requested', ['certificate' => Records::link($another)]),
            ]);
        }
    }
}
