<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

/**
 * Where a link of a text leads: `[label]({address})`. Relative ones are of EspoCRM's own pages.
 */
final readonly class WebAddress
{
    private const NOT_IN_LINKS = '/[^A-Za-z0-9\-._~:\/?#@!$&+,;=%]/';

    public function __construct(public string $url) {}

    /**
     * The download of a file of EspoCRM's.
     */
    public static function ofFile(string $attachmentId): self
    {
        return new self('?' . http_build_query(['entryPoint' => 'download', 'id' => $attachmentId]));
    }

    public function toMarkdown(): string
    {
        return (string) preg_replace_callback(
            self::NOT_IN_LINKS,
            static fn (array $match): string => rawurlencode($match[0]),
            $this->url,
        );
    }
}
