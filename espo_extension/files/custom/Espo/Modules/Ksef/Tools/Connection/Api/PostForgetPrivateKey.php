<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Connection\Sessions;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Erases a certificate's sealed key, the package too, which holds the same key, and ends the sessions that
 * were opened with it; the first also when the last fails. Without its key the certificate cannot stay Active.
 */
final readonly class PostForgetPrivateKey implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private Records $stored,
        private EntityManager $entityManager,
        private Sessions $sessions,
        private Certificates $certificates,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $certificate = $this->records->get($request, Certificates::ENTITY_TYPE);

        if (!$this->hasKey($certificate)) {
            throw $this->refusals->conflict([
                new Message('certificate-has-no-key', ['certificate' => Records::link($certificate)]),
            ]);
        }

        if (Certificates::isRequested($certificate)) {
            throw $this->refusals->conflict([
                new Message('certificate-is-requested', ['certificate' => Records::link($certificate)]),
            ]);
        }

        $profiles = $this->certificates->profiles($certificate->getId(), CertificateUse::Authorization);
        $answer = $this->sessions->end($profiles);

        $this->stored->locked(
            Certificates::ENTITY_TYPE,
            $certificate->getId(),
            fn (Entity $locked) => $this->erase($locked, $certificate->get('fingerprint')),
        );

        return ResponseComposer::json($answer);
    }

    /**
     * The key of another certificate that took its place meanwhile stays.
     */
    private function erase(Entity $certificate, ?string $fingerprint): void
    {
        if ($certificate->get('fingerprint') !== $fingerprint) {
            return;
        }

        // EspoCRM removes the file that the field no longer names.
        $certificate->set(['privateKeySealed' => null, 'packageId' => null]);

        if (Certificates::isActive($certificate)) {
            $certificate->set('status', CertificateStatus::INACTIVE);
        }

        $this->entityManager->saveEntity($certificate);
    }

    private function hasKey(Entity $certificate): bool
    {
        return (string) $certificate->get('privateKeySealed') !== '' || $certificate->get('packageId');
    }
}
