<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use Espo\Modules\Ksef\Bridge\VerificationLinks;
use Espo\Modules\Ksef\Tools\CertificateState\RefusedUses;

/**
 * Verification links of invoices, KOD I and KOD II, with their QR codes, for other extensions. A public
 * interface, as AccessTokenProvider is.
 *
 * ```php
 * use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
 * use Espo\Modules\Ksef\Bridge\InvoiceDescription;
 * use Espo\Modules\Ksef\Tools\VerificationLinkProvider;
 *
 * final class InvoicePrinter
 * {
 *     public function __construct(private VerificationLinkProvider $verificationLinks) {}
 *
 *     public function codes(string $profileId, string $xml): string
 *     {
 *         try {
 *             $links = $this->verificationLinks->getVerificationLinks(
 *                 $profileId,
 *                 InvoiceDescription::ofFile($xml),
 *                 isOffline: true,
 *             );
 *         } catch (BridgeException $error) {
 *             // $error->messageCode says why, `KsefProfile.messages.<code>` says it in words.
 *             // BridgeProblem::$status is 422 when the invoice is wrong, 409 when profile or certificate are.
 *             …
 *         }
 *
 *         return $links->kod1->svg . $links->kod2?->svg;
 *     }
 * }
 * ```
 *
 * KSeF is not asked: it works while KSeF is down. The links are of the very bytes that go to KSeF
 * afterwards; a file that was changed needs new ones.
 */
final readonly class VerificationLinkProvider
{
    public function __construct(
        private BridgeClient $bridge,
        private RefusedUses $refused,
    ) {}

    /**
     * When the Offline certificate turns out to have expired, the profile is set to Failed and the
     * administrators are told, once.
     *
     * @param string $profileId Id of a KsefProfile.
     * @param bool $isOffline The invoice is issued offline: KOD II is signed with the profile's Offline certificate.
     * @param ?string $ksefNumber The number that KSeF gave the invoice, once it has one; it stands below KOD I.
     * @param bool $withPng Draw each code as PNG, too.
     * @throws BridgeException
     */
    public function getVerificationLinks(
        string $profileId,
        InvoiceDescription $invoice,
        bool $isOffline,
        ?string $ksefNumber = null,
        bool $withPng = false,
    ): VerificationLinks {

        try {
            return $this->bridge->verificationLinks($profileId, $invoice, $isOffline, $ksefNumber, $withPng);
        } catch (BridgeProblem $problem) {
            $this->refused->endBy($profileId, $problem->messageCode, $problem->params);

            throw $problem;
        }
    }
}
