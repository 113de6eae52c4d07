<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Enrolment\RequestedCertificate;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUnreachable;
use Espo\Modules\Ksef\Tools\Connection\LoginPatience;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The sealed key of a certificate that is requested comes into its record, once. Until then KSeF knows
 * of nothing, so that a request whose answer was lost may be given up and begun anew.
 */
final readonly class CertificateKeys
{
    public function __construct(
        private BridgeClient $bridge,
        private Records $records,
        private EntityManager $entityManager,
    ) {}

    /**
     * For a record that was just made, with a package.
     *
     * @return ?string The password of its package; null when it went lost with an answer.
     * @throws BridgeException BridgeUnreachable and BridgeAnswerUnreadable: what became of it is unknown.
     */
    public function obtain(Entity $certificate): ?string
    {
        return $this->locked($certificate, function (Entity $locked): RequestedCertificate {
            try {
                $requested = $this->requested($locked, withPackage: true);
            } catch (BridgeUnreachable | BridgeAnswerUnreadable) {
                $requested = null;
            }

            // The password went with an answer that was lost (cURL asks again by itself when a
            // connection breaks off): another request has another one.
            return $requested?->packagePassword === null
                ? $this->requestedAnew($locked, withPackage: true)
                : $requested;
        });
    }

    /**
     * Without a package, where nobody is there to be shown its password: for a renewal, and for a record
     * whose key did not arrive when it was made.
     *
     * @throws BridgeException
     */
    public function obtainWithoutPackage(Entity $certificate): void
    {
        $this->locked(
            $certificate,
            fn (Entity $locked): RequestedCertificate => $this->requestedAnew($locked, withPackage: false),
        );
    }

    /**
     * From now on another login, signed elsewhere, serves the request. KSeF may know of it already: then its key stays.
     *
     * @throws BridgeException
     */
    public function serveBy(Entity $certificate, string $signingRequestId): void
    {
        $work = function (Entity $locked) use ($signingRequestId): void {
            if (!Certificates::isRequested($locked)) {
                return;
            }

            $locked->set(Certificates::SIGNING_REQUEST_ID, $signingRequestId);

            if ((string) $locked->get('privateKeySealed') !== '') {
                $this->requested($locked, withPackage: false);
            }

            $this->records->save($locked);
        };

        $this->records->locked(Certificates::ENTITY_TYPE, $certificate->getId(), $work);
        $this->obtainWithoutPackage($certificate);
    }

    /**
     * @param callable(Entity): RequestedCertificate $request
     */
    private function locked(Entity $certificate, callable $request): ?string
    {
        $work = function (Entity $locked) use ($request): ?string {
            if ((string) $locked->get('privateKeySealed') !== '' || !Certificates::isRequested($locked)) {
                return null;
            }

            $requested = $request($locked);

            $locked->set('privateKeySealed', $requested->privateKeySeal);
            $this->entityManager->saveEntity($locked);

            return $requested->packagePassword;
        };

        return $this->records->locked(Certificates::ENTITY_TYPE, $certificate->getId(), $work);
    }

    private function requestedAnew(Entity $certificate, bool $withPackage): RequestedCertificate
    {
        $this->bridge->forgetEnrolment($this->profileId($certificate), $certificate->getId(), isBegunAnew: true);

        return $this->requested($certificate, $withPackage);
    }

    /**
     * Asked for again while KSeF is still working on the login.
     */
    private function requested(Entity $certificate, bool $withPackage): RequestedCertificate
    {
        $order = new CertificateOrder(
            (string) $certificate->get('type'),
            (string) $certificate->get('name'),
            (string) $certificate->get('keyAlgorithm'),
            $withPackage,
            $certificate->get(Certificates::SIGNING_REQUEST_ID),
        );

        return LoginPatience::ask(fn (): RequestedCertificate => $this->bridge->requestCertificate(
            $this->profileId($certificate),
            $certificate->getId(),
            $order,
        ));
    }

    private function profileId(Entity $certificate): string
    {
        return (string) $certificate->get('requestedByProfileId');
    }
}
