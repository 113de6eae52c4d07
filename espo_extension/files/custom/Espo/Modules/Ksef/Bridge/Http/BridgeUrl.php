<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Http;

use Espo\Modules\Ksef\Bridge\Errors\BridgeUrlNotAllowed;

/**
 * Where the bridge listens: https anywhere, http on this host only, or a UNIX socket.
 */
final readonly class BridgeUrl
{
    private const SOCKET_SCHEME = 'unix:';

    /**
     * @param string $base To which a path is appended; without a slash at its end.
     * @param ?string $socket Path of the UNIX socket that leads there.
     */
    private function __construct(
        public string $base,
        public ?string $socket = null,
    ) {}

    /**
     * @throws BridgeUrlNotAllowed
     */
    public static function parse(string $text): self
    {
        // What a browser and cURL might read differently is refused rather than understood.
        if (preg_match('/[^!-~]|[\\\\@?#]/', $text)) {
            throw self::notAllowed();
        }

        if (str_starts_with($text, self::SOCKET_SCHEME)) {
            return self::ofSocket(substr($text, strlen(self::SOCKET_SCHEME)));
        }

        return self::ofServer($text);
    }

    private static function ofSocket(string $path): self
    {
        if (!preg_match('~^/[^/]~', $path)) {
            throw self::notAllowed();
        }

        return new self('http://localhost', $path);
    }

    private static function ofServer(string $text): self
    {
        $parts = parse_url($text);
        $scheme = strtolower($parts['scheme'] ?? '');
        $host = $parts['host'] ?? '';

        $isAllowed = match ($scheme) {
            'https' => preg_match('/^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+])$/', $host) === 1,
            'http' => self::isThisHost($host),
            default => false,
        };

        if (!$isAllowed) {
            throw self::notAllowed();
        }

        // By the scheme cURL is told what to speak.
        return new self($scheme . rtrim(substr($text, strlen($scheme)), '/'));
    }

    private static function isThisHost(string $host): bool
    {
        if (strtolower($host) === 'localhost') {
            return true;
        }

        if (filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4)) {
            return str_starts_with($host, '127.');
        }

        $address = preg_match('/^\[(.+)]$/', $host, $match) ? $match[1] : '';

        return filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) &&
            inet_pton($address) === inet_pton('::1');
    }

    private static function notAllowed(): BridgeUrlNotAllowed
    {
        return new BridgeUrlNotAllowed('bridge-url-not-allowed');
    }
}
