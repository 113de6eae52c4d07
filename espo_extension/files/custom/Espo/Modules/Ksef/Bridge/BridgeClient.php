<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Enrolment\Enrolment;
use Espo\Modules\Ksef\Bridge\Enrolment\ListedCertificate;
use Espo\Modules\Ksef\Bridge\Enrolment\RequestedCertificate;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateInspection;
use Espo\Modules\Ksef\Bridge\Inspection\RenewedSeal;
use Espo\Modules\Ksef\Bridge\Inspection\TokenInspection;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use SensitiveParameter;

/**
 * The bridge as EspoCRM sees it. Every call may raise any BridgeException; all but `info` ask for the
 * bridge's contract first, so that a secret goes only to a bridge that understands this extension.
 */
interface BridgeClient
{
    /** The version of the bridge's interface that this extension speaks. */
    public const CONTRACT = 1;

    /**
     * @throws BridgeException
     */
    public function info(): BridgeInformation;

    /**
     * @throws BridgeException
     */
    public function ready(): Readiness;

    /**
     * Judge a KSeF token for a profile's context, and seal it.
     *
     * @param ?string $internalId Null when the profile is the whole company's.
     * @throws BridgeException
     */
    public function inspectToken(
        #[SensitiveParameter]
        string $token,
        string $environment,
        string $nip,
        ?string $internalId,
    ): TokenInspection;

    /**
     * Judge a certificate with its private key, in whatever files they come, and seal the key.
     *
     * @param list<UploadedFile> $files
     * @param ?string $expectedType Authentication or Offline: the field it is meant for.
     * @param ?string $environment The environment it is meant for.
     * @throws BridgeException
     */
    public function inspectCertificate(
        array $files,
        #[SensitiveParameter]
        ?string $password,
        ?string $expectedType,
        ?string $environment,
    ): CertificateInspection;

    /**
     * The same secret under the bridge's primary master key.
     *
     * @throws BridgeException
     */
    public function renewSeal(string $seal): RenewedSeal;

    /**
     * @param bool $forceRefresh Ask KSeF even if a token is at hand or a refusal is remembered.
     * @throws BridgeException
     */
    public function accessToken(string $profileId, bool $forceRefresh = false): AccessToken;

    /**
     * Log in for a test; takes up to a minute.
     *
     * @param ?string $authorizationCertificateId A KsefCertificate that is tested in place of the profile's own
     *   credential.
     * @throws BridgeException
     */
    public function connectionTest(string $profileId, ?string $authorizationCertificateId = null): ConnectionTest;

    /**
     * End all sessions at KSeF that the bridge holds for the profile, be it inactive or deleted.
     *
     * @param ?int $timeout Seconds that each of the two calls may take; null for as long as any other.
     * @return list<string> Reference numbers of the sessions that were ended.
     * @throws BridgeException
     */
    public function revokeSessions(string $profileId, ?int $timeout = null): array;

    /**
     * KOD I of an invoice and, when it is issued offline, KOD II signed for the profile. KSeF is not asked.
     *
     * @param ?string $ksefNumber The number that KSeF gave the invoice, once it has one.
     * @param ?string $offlineCertificateId A KsefCertificate that signs in place of the profile's own.
     * @throws BridgeException
     */
    public function verificationLinks(
        string $profileId,
        InvoiceDescription $invoice,
        bool $isOffline,
        ?string $ksefNumber = null,
        bool $withPng = false,
        ?string $offlineCertificateId = null,
    ): VerificationLinks;

    /**
     * Begin to request a certificate for a KsefCertificate that is saved as Requested, or find what was
     * begun. KSeF is asked only once the record holds the sealed key.
     *
     * @throws BridgeException
     */
    public function requestCertificate(
        string $profileId,
        string $certificateId,
        CertificateOrder $order,
    ): RequestedCertificate;

    /**
     * How a request stands; taken further before if its time has come.
     *
     * @throws BridgeException
     */
    public function enrolment(string $profileId, string $certificateId): Enrolment;

    /**
     * The outcome is stored: forget password and package. What was not sent to KSeF yet is given up.
     *
     * @throws BridgeException
     */
    public function forgetEnrolment(string $profileId, string $certificateId): void;

    /**
     * What KSeF lists for the subject that the profile logs in as, whatever its status.
     *
     * @return list<ListedCertificate>
     * @throws BridgeException
     */
    public function listedCertificates(string $profileId): array;

    /**
     * Revoke the certificate of a KsefCertificate at KSeF, by the login of a profile.
     *
     * @param string $reason KSeF's word for it.
     * @return string The new status: Blocked while KSeF revokes it, Revoked, or Expired.
     * @throws BridgeException
     */
    public function revokeCertificate(string $profileId, string $certificateId, string $reason): string;
}
