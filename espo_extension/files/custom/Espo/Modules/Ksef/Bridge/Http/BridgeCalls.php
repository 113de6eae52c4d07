<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Http;

use Espo\Modules\Ksef\Bridge\Announcements\AnnouncedWords;
use Espo\Modules\Ksef\Bridge\BridgeInformation;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeContractUnsupported;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeKeyRefused;
use Espo\Modules\Ksef\Bridge\Errors\BridgeNotConfigured;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use JsonException;
use SensitiveParameter;

/**
 * Calls to the bridge over HTTP, and what its answers mean. Nothing is looked at or sent before the first one.
 */
final class BridgeCalls
{
    public const TIMEOUT_SECONDS = 15;
    public const NO_CONTENT = 204;

    private const SITE_HEADER = 'X-EspoCRM-Site';
    private const INFORMATION = '/v1/info';
    private const CONTRACT_UNSUPPORTED = 'contract-unsupported';

    private ?BridgeInformation $information = null;

    /**
     * @param int $contract The version of the bridge's interface that the caller speaks.
     */
    public function __construct(
        private readonly BridgeSettings $settings,
        private readonly HttpTransport $transport,
        private readonly int $contract,
    ) {}

    /**
     * Asked for once.
     *
     * @throws BridgeException
     */
    public function information(int $timeout = self::TIMEOUT_SECONDS): BridgeInformation
    {
        return $this->information ??= BridgeInformation::fromJson(
            $this->makeAtOnce('GET', self::INFORMATION, timeout: $timeout),
        );
    }

    /**
     * A call to a bridge that said before that its contract fits: what is sent may be a secret.
     *
     * @param array<string, mixed>|string|null $body The members of a JSON object, or an XML document.
     * @param list<int> $readableStatuses
     * @throws BridgeException
     */
    public function make(
        string $method,
        string $path,
        #[SensitiveParameter]
        array|string|null $body = null,
        int $timeout = self::TIMEOUT_SECONDS,
        array $readableStatuses = [200],
    ): JsonObject {

        // It takes no longer than any other call, nor than this one.
        $this->checkContract(min($timeout, self::TIMEOUT_SECONDS));

        return $this->makeAtOnce($method, $path, $body, $timeout, $readableStatuses);
    }

    /**
     * A call whose body has nothing to keep from a stranger: a bridge of another contract refuses it by the number
     * in its headers, and the API key goes with the question for the contract as well.
     *
     * @param array<string, mixed>|string|null $body The members of a JSON object, or an XML document.
     * @param list<int> $readableStatuses
     * @throws BridgeException
     */
    public function makeAtOnce(
        string $method,
        string $path,
        #[SensitiveParameter]
        array|string|null $body = null,
        int $timeout = self::TIMEOUT_SECONDS,
        array $readableStatuses = [200],
    ): JsonObject {

        // Who has neither URL nor key is told of the URL.
        $url = $this->url();
        $requestId = bin2hex(random_bytes(16));
        $headers = $this->headers($requestId) + match (true) {
            $body === null => [],
            is_string($body) => ['Content-Type' => 'application/xml'],
            default => ['Content-Type' => 'application/json'],
        };

        $answer = $this->transport->send(
            $url,
            new HttpRequest($method, $path, $headers, is_array($body) ? $this->encode($body) : $body, $timeout),
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
    private function checkContract(int $timeout): void
    {
        $contract = $this->information($timeout)->contract;

        if ($contract !== $this->contract) {
            throw new BridgeContractUnsupported(
                self::CONTRACT_UNSUPPORTED,
                ['caller' => $this->contract, 'bridge' => $contract],
            );
        }
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
            'X-KSeF-Contract' => (string) $this->contract,
            'X-Request-Id' => $requestId,
            ...$this->site(),
        ];
    }

    /**
     * By which the bridge tells a copy of its EspoCRM from its EspoCRM.
     *
     * @return array<string, string>
     */
    private function site(): array
    {
        $siteUrl = trim($this->settings->siteUrl);

        if ($siteUrl === '') {
            return [];
        }

        $encoded = preg_replace_callback(
            '/[^!-~]/',
            static fn (array $byte): string => rawurlencode($byte[0]),
            $siteUrl,
        );

        return [self::SITE_HEADER => (string) $encoded];
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
            $announced = $problem->optionalObject('announced');
            $words = $announced ? AnnouncedWords::fromJson($announced) : null;
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
            $words,
        );
    }
}
