<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\OfflineSigning\Api;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use Espo\Modules\Ksef\Bridge\VerificationLink;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\OfflineSigning\OfflineCertificateState;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\VerificationLinkProvider;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * Signs for a sample that no invoice stands behind, and shows both codes.
 */
final readonly class PostTryOfflineSigning implements Action
{
    private const SHA256_BYTES = 32;
    /** Days of invoices are days there, wherever the server stands. */
    private const TIME_ZONE = 'Europe/Warsaw';

    public function __construct(
        private RequestedRecords $records,
        private VerificationLinkProvider $links,
        private OfflineCertificateState $state,
        private Refusals $refusals,
        private Certificates $certificates,
        private Wording $wording,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);
        $this->state->refresh($profile);

        $sample = $this->sample((string) $profile->get('nip'));

        try {
            $links = $this->links->getVerificationLinks($profile->getId(), $sample, isOffline: true);
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        return ResponseComposer::json([
            'kod1' => $this->code($links->kod1),
            'kod2' => $links->kod2 ? $this->code($links->kod2) : null,
        ] + $this->remarks($profile));
    }

    /**
     * Whose the certificate is, where it is not the company's own.
     *
     * @return array{remarks?: list<object>}
     */
    private function remarks(Entity $profile): array
    {
        $certificate = $this->certificates->linked($profile, CertificateUse::Offline);

        $remark = $certificate
            ? CertificateUse::Offline->remark(
                $this->certificates->record($certificate),
                (string) $profile->get('nip'),
            )
            : null;

        return $remark ? ['remarks' => $this->wording->toList([$remark])] : [];
    }

    private function sample(string $sellerNip): InvoiceDescription
    {
        $today = new DateTimeImmutable('now', new DateTimeZone(self::TIME_ZONE));

        return InvoiceDescription::ofHash(
            bin2hex(random_bytes(self::SHA256_BYTES)),
            $today->format('Y-m-d'),
            $sellerNip,
        );
    }

    /**
     * @return array<string, string>
     */
    private function code(VerificationLink $link): array
    {
        return ['url' => $link->url, 'label' => $link->label, 'svg' => $link->svg];
    }
}
