<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Enrolment\Enrolment;
use Espo\Modules\Ksef\Bridge\Enrolment\ListedCertificate;
use Espo\Modules\Ksef\Bridge\Enrolment\RequestedCertificate;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeContractUnsupported;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeKeyRefused;
use Espo\Modules\Ksef\Bridge\Errors\BridgeNotConfigured;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\Http\BridgeUrl;
use Espo\Modules\Ksef\Bridge\Http\CurlTransport;
use Espo\Modules\Ksef\Bridge\Http\HttpAnswer;
use Espo\Modules\Ksef\Bridge\Http\HttpRequest;
use Espo\Modules\Ksef\Bridge\Http\HttpTransport;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateInspection;
use Espo\Modules\Ksef\Bridge\Inspection\RenewedSeal;
use Espo\Modules\Ksef\Bridge\Inspection\TokenInspection;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use JsonException;
use SensitiveParameter;

/**
 * The bridge over HTTP. Nothing is looked at or sent before the first call.
 */
final class CurlBridgeClient implements BridgeClient
{
    private const TIMEOUT_SECONDS = 15;
    private const CONNECTION_TEST_TIMEOUT_SECONDS = 60;
    private const NO_CONTENT = 204;
    private const CONTRACT_UNSUPPORTED = 'contract-unsupported';

    private ?BridgeInformation $information = null;

    public function __construct(
        private readonly BridgeSettings $settings,
        private readonly HttpTransport $transport = new CurlTransport(),
    ) {}

    public function info(): BridgeInformation
    {
        return $this->information(self::TIMEOUT_SECONDS);
    }

    public function ready(): Readiness
    {
        return Readiness::fromJson($this->call('GET', '/readyz', readableStatuses: [200, 503]));
    }

    public function inspectToken(
        #[SensitiveParameter]
        string $token,
        string $environment,
        string $nip,
        ?string $internalId,
    ): TokenInspection {

        return TokenInspection::fromJson($this->call('POST', '/v1/tokens/inspect', [
            'token' => $token,
            'environment' => $environment,
            'nip' => $nip,
            'internalId' => $internalId,
        ]));
    }

    public function inspectCertificate(
        array $files,
        #[SensitiveParameter]
        ?string $password,
        ?string $expectedType,
        ?string $environment,
    ): CertificateInspection {

        return CertificateInspection::fromJson($this->call('POST', '/v1/certificates/inspect', [
            'files' => array_map(
                static fn (UploadedFile $file): array => [
                    'name' => $file->name,
                    'content' => base64_encode($file->content),
                ],
                $files,
            ),
            'password' => $password,
            'expectedType' => $expectedType,
            'environment' => $environment,
        ]));
    }

    public function renewSeal(string $seal): RenewedSeal
    {
        return RenewedSeal::fromJson($this->call('POST', '/v1/seals/renew', ['sealed' => $seal]));
    }

    public function accessToken(string $profileId, bool $forceRefresh = false): AccessToken
    {
        $path = $this->profilePath($profileId, 'access-token');

        return AccessToken::fromJson($this->call('POST', $path, ['forceRefresh' => $forceRefresh]));
    }

    public function connectionTest(string $profileId, ?string $authorizationCertificateId = null): ConnectionTest
    {
        $path = $this->profilePath($profileId, 'connection-test');
        $body = ['authorizationCertificateId' => $authorizationCertificateId];

        return ConnectionTest::fromJson($this->call('POST', $path, $body, self::CONNECTION_TEST_TIMEOUT_SECONDS));
    }

    public function revokeSessions(string $profileId, ?int $timeout = null): array
    {
        $path = $this->profilePath($profileId, 'sessions');

        return $this->call('DELETE', $path, timeout: $timeout ?? self::TIMEOUT_SECONDS)->strings('revoked');
    }

    public function verificationLinks(
        string $profileId,
        InvoiceDescription $invoice,
        bool $isOffline,
        ?string $ksefNumber = null,
        bool $withPng = false,
        ?string $offlineCertificateId = null,
    ): VerificationLinks {

        $answer = $this->call('POST', $this->profilePath($profileId, 'verification-links'), [
            ...$invoice->toRequest(),
            'offline' => $isOffline,
            'ksefNumber' => $ksefNumber,
            'png' => $withPng,
            'offlineCertificateId' => $offlineCertificateId,
        ]);

        return VerificationLinks::fromJson($answer, $isOffline);
    }

    public function requestCertificate(
        string $profileId,
        string $certificateId,
        CertificateOrder $order,
    ): RequestedCertificate {

        $path = $this->enrolmentPath($profileId, $certificateId);

        return RequestedCertificate::fromJson(
            $this->call('PUT', $path, $order->toRequest(), readableStatuses: [202]),
        );
    }

    public function enrolment(string $profileId, string $certificateId): Enrolment
    {
        return Enrolment::fromJson($this->call('GET', $this->enrolmentPath($profileId, $certificateId)));
    }

    public function forgetEnrolment(string $profileId, string $certificateId): void
    {
        $path = $this->enrolmentPath($profileId, $certificateId);

        $this->call('DELETE', $path, readableStatuses: [self::NO_CONTENT]);
    }

    public function listedCertificates(string $profileId): array
    {
        $answer = $this->call('GET', $this->profilePath($profileId, 'certificates'));

        return array_map(ListedCertificate::fromJson(...), $answer->objects('certificates'));
    }

    public function revokeCertificate(string $profileId, string $certificateId, string $reason): string
    {
        $path = '/v1/certificates/' . rawurlencode($certificateId) . '/revocation';

        return $this->call('POST', $path, ['profileId' => $profileId, 'reason' => $reason])->string('status');
    }

    /**
     * @throws BridgeException
     */
    private function information(int $timeout): BridgeInformation
    {
        return $this->information ??= BridgeInformation::fromJson(
            $this->send('GET', '/v1/info', timeout: $timeout),
        );
    }

    private function enrolmentPath(string $profileId, string $certificateId): string
    {
        return $this->profilePath($profileId, 'certificate-enrolments/' . rawurlencode($certificateId));
    }

    private function profilePath(string $profileId, string $resource): string
    {
        return '/v1/profiles/' . rawurlencode($profileId) . "/$resource";
    }

    /**
     * A call to a bridge whose contract is known to fit.
     *
     * @param ?array<string, mixed> $body
     * @param list<int> $readableStatuses
     * @throws BridgeException
     */
    private function call(
        string $method,
        string $path,
        #[SensitiveParameter]
        ?array $body = null,
        int $timeout = self::TIMEOUT_SECONDS,
        array $readableStatuses = [200],
    ): JsonObject {

        // It takes no longer than any other call, nor than this one.
        $contract = $this->information(min($timeout, self::TIMEOUT_SECONDS))->contract;

        if ($contract !== self::CONTRACT) {
            throw new BridgeContractUnsupported(
                self::CONTRACT_UNSUPPORTED,
                ['caller' => self::CONTRACT, 'bridge' => $contract],
            );
        }

        return $this->send($method, $path, $body, $timeout, $readableStatuses);
    }

    /**
     * @param ?array<string, mixed> $body
     * @param list<int> $readableStatuses
     * @throws BridgeException
     */
    private function send(
        string $method,
        string $path,
        #[SensitiveParameter]
        ?array $body = null,
        int $timeout = self::TIMEOUT_SECONDS,
        array $readableStatuses = [200],
    ): JsonObject {

        $requestId = bin2hex(random_bytes(16));
        $headers = $this->headers($requestId) + ($body === null ? [] : ['Content-Type' => 'application/json']);

        $answer = $this->transport->send(
            $this->url(),
            new HttpRequest($method, $path, $headers, $body === null ? null : $this->encode($body), $timeout),
        );

        if (in_array($answer->status, $readableStatuses, true)) {
            if ($answer->status === self::NO_CONTENT) {
                return JsonObject::parse('{}');
            }

            if ($answer->mediaType() === 'application/json') {
                return JsonObject::parse($answer->body);
            }
        }

        throw $this->failure($answer, $requestId);
    }

    /**
     * @throws BridgeException
     */
    private function url(): BridgeUrl
    {
        $url = trim($this->settings->url);

        if ($url === '') {
            throw new BridgeNotConfigured('bridge-not-configured');
        }

        return BridgeUrl::parse($url);
    }

    /**
     * @return array<string, string>
     * @throws BridgeNotConfigured
     */
    private function headers(string $requestId): array
    {
        $apiKey = trim($this->settings->apiKey);

        if ($apiKey === '') {
            throw new BridgeNotConfigured('bridge-key-missing');
        }

        BridgeSettings::checkApiKey($apiKey);

        return [
            'Authorization' => "Bearer $apiKey",
            'Accept' => 'application/json',
            'Accept-Language' => str_starts_with(strtolower($this->settings->language), 'pl') ? 'pl' : 'en',
            'X-KSeF-Contract' => (string) self::CONTRACT,
            'X-Request-Id' => $requestId,
        ];
    }

    /**
     * @param array<string, mixed> $body
     * @throws BridgeProblem What was typed in is no text.
     */
    private function encode(#[SensitiveParameter] array $body): string
    {
        $members = array_filter($body, static fn (mixed $value): bool => $value !== null);

        try {
            return json_encode((object) $members, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
        } catch (JsonException) {
            throw new BridgeProblem(400, 'request-malformed', [], '');
        }
    }

    private function failure(HttpAnswer $answer, string $requestId): BridgeException
    {
        if ($answer->mediaType() !== 'application/problem+json') {
            return new BridgeAnswerUnreadable('bridge-answer-unreadable', [], $requestId);
        }

        try {
            $problem = JsonObject::parse($answer->body);
            $code = $problem->string('code');
            $params = $problem->parameters('params');
            $detail = $problem->string('detail');
        } catch (BridgeAnswerUnreadable) {
            return new BridgeAnswerUnreadable('bridge-answer-unreadable', [], $requestId);
        }

        if ($code === self::CONTRACT_UNSUPPORTED) {
            return new BridgeContractUnsupported($code, $params, $requestId);
        }

        if ($answer->status === 401 || $answer->status === 403) {
            return new BridgeKeyRefused($code, $params, $requestId);
        }

        $retryAfter = $answer->headers['retry-after'] ?? '';

        return new BridgeProblem(
            $answer->status,
            $code,
            $params,
            $detail,
            ctype_digit($retryAfter) ? (int) $retryAfter : null,
            $requestId,
        );
    }
}
