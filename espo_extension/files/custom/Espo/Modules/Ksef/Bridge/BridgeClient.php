<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Announcements\Announced;
use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Enrolment\Enrolment;
use Espo\Modules\Ksef\Bridge\Enrolment\ListedCertificate;
use Espo\Modules\Ksef\Bridge\Enrolment\RequestedCertificate;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Http\BridgeCalls;
use Espo\Modules\Ksef\Bridge\Http\CurlTransport;
use Espo\Modules\Ksef\Bridge\Http\HttpTransport;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateInspection;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateSorting;
use Espo\Modules\Ksef\Bridge\Inspection\RenewedSeal;
use Espo\Modules\Ksef\Bridge\Inspection\TokenInspection;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use Espo\Modules\Ksef\Bridge\SigningRequest\SigningRequest;
use SensitiveParameter;

/**
 * The bridge as EspoCRM sees it. Every call may raise any BridgeException; all but `info` and `accessToken` ask for
 * the bridge's contract first, so that a secret goes only to a bridge that understands this extension.
 */
final readonly class BridgeClient
{
    /** The version of the bridge's interface that this extension speaks. */
    public const CONTRACT = 1;

    private const CONNECTION_TEST_TIMEOUT_SECONDS = 60;

    private BridgeCalls $calls;

    public function __construct(BridgeSettings $settings, HttpTransport $transport = new CurlTransport())
    {
        $this->calls = new BridgeCalls($settings, $transport, self::CONTRACT);
    }

    /**
     * @throws BridgeException
     */
    public function info(): BridgeInformation
    {
        return $this->calls->information();
    }

    /**
     * @throws BridgeException
     */
    public function ready(): Readiness
    {
        return Readiness::fromJson($this->calls->make('GET', '/readyz', readableStatuses: [200, 503]));
    }

    /**
     * What KSeF announces of its failures and maintenance, as far as the bridge remembers; it asks in the background.
     *
     * @throws BridgeException
     */
    public function announcements(string $environment): Announced
    {
        $path = '/v1/environments/' . rawurlencode($environment) . '/announcements';

        return Announced::fromJson($this->calls->make('GET', $path));
    }

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
    ): TokenInspection {

        return TokenInspection::fromJson($this->calls->make('POST', '/v1/tokens/inspect', [
            'token' => $token,
            'environment' => $environment,
            'nip' => $nip,
            'internalId' => $internalId,
        ]));
    }

    /**
     * Judge a certificate with its private key, in whatever files they come, and seal the key.
     *
     * @param list<UploadedFile> $files
     * @param ?string $expectedType Authentication or Offline: the field it is meant for.
     * @param ?string $environment The environment it is meant for.
     * @param ?string $fingerprint Of the certificate that is meant where the files hold several.
     * @throws BridgeException
     */
    public function inspectCertificate(
        array $files,
        #[SensitiveParameter]
        ?string $password,
        ?string $expectedType,
        ?string $environment,
        ?string $fingerprint = null,
    ): CertificateInspection {

        return CertificateInspection::fromJson($this->calls->make('POST', '/v1/certificates/inspect', [
            'files' => $this->encoded($files),
            'password' => $password,
            'expectedType' => $expectedType,
            'environment' => $environment,
            'fingerprint' => $fingerprint,
        ]));
    }

    /**
     * Find the certificates with their private keys among any files. Nothing is sealed.
     *
     * @param list<UploadedFile> $files Each under a name of its own.
     * @param ?string $password Of every key that has none of its own.
     * @param array<string, string> $passwords By the names of the files, as the answer has them.
     * @param ?string $environment The environment they are meant for.
     * @throws BridgeException
     */
    public function sortCertificates(
        #[SensitiveParameter]
        array $files,
        #[SensitiveParameter]
        ?string $password,
        #[SensitiveParameter]
        array $passwords,
        ?string $environment,
    ): CertificateSorting {

        return CertificateSorting::fromJson($this->calls->make('POST', '/v1/certificates/sort', [
            'files' => $this->encoded($files),
            'password' => $password,
            'passwords' => array_map(
                static fn (string $file, #[SensitiveParameter] string $own): array => [
                    'file' => $file,
                    'password' => $own,
                ],
                array_map(strval(...), array_keys($passwords)),
                array_values($passwords),
            ),
            'environment' => $environment,
        ]));
    }

    /**
     * The same secret under the bridge's primary master key.
     *
     * @throws BridgeException
     */
    public function renewSeal(string $seal): RenewedSeal
    {
        return RenewedSeal::fromJson($this->calls->make('POST', '/v1/seals/renew', ['sealed' => $seal]));
    }

    /**
     * What the Ministry's list of VAT payers says of a company.
     *
     * @throws BridgeException
     */
    public function company(string $nip): Company
    {
        return Company::fromJson($this->calls->make('GET', '/v1/companies/' . rawurlencode($nip)));
    }

    /**
     * @param bool $forceRefresh Ask KSeF even if a token is at hand or a refusal is remembered.
     * @throws BridgeException
     */
    public function accessToken(string $profileId, bool $forceRefresh = false): AccessToken
    {
        $path = $this->profilePath($profileId, 'access-token');

        return AccessToken::fromJson($this->calls->makeAtOnce('POST', $path, ['forceRefresh' => $forceRefresh]));
    }

    /**
     * Log in for a test; takes up to a minute.
     *
     * @param ?string $authorizationCertificateId A KsefCertificate that is tested in place of the profile's own
     *   credential.
     * @throws BridgeException
     */
    public function connectionTest(string $profileId, ?string $authorizationCertificateId = null): ConnectionTest
    {
        $path = $this->profilePath($profileId, 'connection-test');
        $body = ['authorizationCertificateId' => $authorizationCertificateId];

        return ConnectionTest::fromJson(
            $this->calls->make('POST', $path, $body, self::CONNECTION_TEST_TIMEOUT_SECONDS),
        );
    }

    /**
     * End all sessions at KSeF that the bridge holds for the profile, be it inactive or deleted.
     *
     * @param ?int $timeout Seconds that each of the two calls may take; null for as long as any other.
     * @return list<string> Reference numbers of the sessions that were ended.
     * @throws BridgeException
     */
    public function revokeSessions(string $profileId, ?int $timeout = null): array
    {
        $path = $this->profilePath($profileId, 'sessions');

        return $this->calls
            ->make('DELETE', $path, timeout: $timeout ?? BridgeCalls::TIMEOUT_SECONDS)
            ->strings('revoked');
    }

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
    ): VerificationLinks {

        $answer = $this->calls->make('POST', $this->profilePath($profileId, 'verification-links'), [
            ...$invoice->toRequest(),
            'offline' => $isOffline,
            'ksefNumber' => $ksefNumber,
            'png' => $withPng,
            'offlineCertificateId' => $offlineCertificateId,
        ]);

        return VerificationLinks::fromJson($answer, $isOffline);
    }

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
    ): RequestedCertificate {

        $path = $this->enrolmentPath($profileId, $certificateId);

        return RequestedCertificate::fromJson(
            $this->calls->make('PUT', $path, $order->toRequest(), readableStatuses: [202]),
        );
    }

    /**
     * How a request stands; taken further before if its time has come.
     *
     * @throws BridgeException
     */
    public function enrolment(string $profileId, string $certificateId): Enrolment
    {
        return Enrolment::fromJson($this->calls->make('GET', $this->enrolmentPath($profileId, $certificateId)));
    }

    /**
     * The outcome is stored: forget password and package. What was not sent to KSeF yet is given up.
     *
     * @param bool $isBegunAnew Whether the same is requested again: a session that was signed elsewhere stays for it.
     * @throws BridgeException
     */
    public function forgetEnrolment(string $profileId, string $certificateId, bool $isBegunAnew = false): void
    {
        $path = $this->enrolmentPath($profileId, $certificateId) . ($isBegunAnew ? '?begunAnew=true' : '');

        $this->calls->make('DELETE', $path, readableStatuses: [BridgeCalls::NO_CONTENT]);
    }

    /**
     * Begin a login whose document is signed elsewhere. The profile's one before is ended.
     *
     * @param bool $byFingerprint Whether KSeF is to know the signer by the certificate's fingerprint, since it names
     *   neither NIP nor PESEL.
     * @throws BridgeException
     */
    public function openSigningRequest(string $profileId, bool $byFingerprint): SigningRequest
    {
        $path = $this->profilePath($profileId, 'signing-requests');
        $body = ['subjectIdentifierType' => $byFingerprint ? 'certificateFingerprint' : 'certificateSubject'];

        return SigningRequest::fromJson($this->calls->make('POST', $path, $body, readableStatuses: [201]));
    }

    /**
     * Hand in the document of a login, signed.
     *
     * @param string $document The file as it came.
     * @throws BridgeException
     */
    public function submitSignedDocument(
        string $profileId,
        string $id,
        #[SensitiveParameter]
        string $document,
    ): SigningRequest {

        $path = $this->signingRequestPath($profileId, $id);

        return SigningRequest::fromJson($this->calls->make('PUT', $path, $document));
    }

    /**
     * @throws BridgeException
     */
    public function signingRequest(string $profileId, string $id): SigningRequest
    {
        return SigningRequest::fromJson($this->calls->make('GET', $this->signingRequestPath($profileId, $id)));
    }

    /**
     * What KSeF lists for the subject that the profile logs in as, whatever its status.
     *
     * @return list<ListedCertificate>
     * @throws BridgeException
     */
    public function listedCertificates(string $profileId): array
    {
        $answer = $this->calls->make('GET', $this->profilePath($profileId, 'certificates'));

        return array_map(ListedCertificate::fromJson(...), $answer->objects('certificates'));
    }

    /**
     * Revoke the certificate of a KsefCertificate at KSeF, by the login of a profile.
     *
     * @param string $reason KSeF's word for it.
     * @return string The new status: Blocked while KSeF revokes it, Revoked, or Expired.
     * @throws BridgeException
     */
    public function revokeCertificate(string $profileId, string $certificateId, string $reason): string
    {
        $path = '/v1/certificates/' . rawurlencode($certificateId) . '/revocation';

        return $this->calls->make('POST', $path, ['profileId' => $profileId, 'reason' => $reason])->string('status');
    }

    /**
     * @param list<UploadedFile> $files
     * @return list<array{name: string, content: string}>
     */
    private function encoded(#[SensitiveParameter] array $files): array
    {
        return array_map(
            static fn (UploadedFile $file): array => [
                'name' => $file->name,
                'content' => base64_encode($file->content),
            ],
            $files,
        );
    }

    private function enrolmentPath(string $profileId, string $certificateId): string
    {
        return $this->profilePath($profileId, 'certificate-enrolments/' . rawurlencode($certificateId));
    }

    private function signingRequestPath(string $profileId, string $id): string
    {
        return $this->profilePath($profileId, 'signing-requests/' . rawurlencode($id));
    }

    private function profilePath(string $profileId, string $resource): string
    {
        return '/v1/profiles/' . rawurlencode($profileId) . "/$resource";
    }
}
