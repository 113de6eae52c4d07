<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Http;

use CurlHandle;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUnreachable;

/**
 * HTTP by cURL: TLS always verified, no redirects, no proxy, answers of limited size.
 */
final class CurlTransport implements HttpTransport
{
    private const CONNECT_TIMEOUT_MILLISECONDS = 3000;
    private const LARGEST_ANSWER_BYTES = 2 * 1024 * 1024;

    private const NOT_TRUSTED = [
        CURLE_SSL_CONNECT_ERROR,
        CURLE_SSL_PEER_CERTIFICATE,
        CURLE_SSL_CACERT,
        CURLE_SSL_CACERT_BADFILE,
    ];
    private const NOT_HTTP = [
        CURLE_UNSUPPORTED_PROTOCOL,
        CURLE_WEIRD_SERVER_REPLY,
        CURLE_WRITE_ERROR,
        CURLE_BAD_CONTENT_ENCODING,
    ];

    /** Kept, so that further calls need no new connection. */
    private ?CurlHandle $handle = null;

    public function send(BridgeUrl $url, HttpRequest $request): HttpAnswer
    {
        $headers = [];
        $body = '';

        $handle = $this->open($url, $request);

        curl_setopt($handle, CURLOPT_HEADERFUNCTION, static function ($handle, string $line) use (&$headers): int {
            [$name, $value] = explode(':', $line, 2) + [1 => ''];
            $headers[strtolower(trim($name))] = trim($value);

            return strlen($line);
        });

        curl_setopt($handle, CURLOPT_WRITEFUNCTION, static function ($handle, string $part) use (&$body): int {
            $body .= $part;

            // Fewer bytes than were given end the transfer.
            return strlen($body) > self::LARGEST_ANSWER_BYTES ? 0 : strlen($part);
        });

        if (curl_exec($handle) === false) {
            throw $this->failure($handle);
        }

        return new HttpAnswer((int) curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $headers, $body);
    }

    private function open(BridgeUrl $url, HttpRequest $request): CurlHandle
    {
        $handle = $this->handle ??= curl_init();
        curl_reset($handle);

        $headers = ['Expect:'];

        foreach ($request->headers as $name => $value) {
            $headers[] = "$name: $value";
        }

        curl_setopt_array($handle, [
            CURLOPT_URL => $url->base . $request->path,
            CURLOPT_CUSTOMREQUEST => $request->method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_PROTOCOLS => str_starts_with($url->base, 'http:') ? CURLPROTO_HTTP : CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false,
            // A proxy of the environment would read what is meant for this host alone.
            CURLOPT_PROXY => '',
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            CURLOPT_CONNECTTIMEOUT_MS => self::CONNECT_TIMEOUT_MILLISECONDS,
            CURLOPT_TIMEOUT => $request->timeout,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
        ]);

        if ($url->socket !== null) {
            curl_setopt($handle, CURLOPT_UNIX_SOCKET_PATH, $url->socket);
        }

        if ($request->body !== null) {
            curl_setopt($handle, CURLOPT_POSTFIELDS, $request->body);
        }

        return $handle;
    }

    private function failure(CurlHandle $handle): BridgeException
    {
        $error = curl_errno($handle);
        // Not the time of connecting: a connection that is used again has none.
        $wasConnected = curl_getinfo($handle, CURLINFO_PRETRANSFER_TIME) > 0;

        return match (true) {
            $error === CURLE_OPERATION_TIMEDOUT && $wasConnected => new BridgeUnreachable('bridge-too-slow'),
            in_array($error, self::NOT_TRUSTED, true) => new BridgeUnreachable('bridge-not-trusted'),
            in_array($error, self::NOT_HTTP, true) => new BridgeAnswerUnreadable('bridge-answer-unreadable'),
            default => new BridgeUnreachable('bridge-unreachable'),
        };
    }
}
