<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

/**
 * The site that has a page for each message.
 */
final readonly class Documentation
{
    // Nothing that would end an attribute of HTML or a link of Markdown.
    private const ADDRESS = '~\Ahttps?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._\~%/-]*)?\z~';
    private const CODE = '/\A[a-z0-9]+(-[a-z0-9]+)*\z/';

    private function __construct(private string $url) {}

    /**
     * @return ?self Null when there is no site, or the address is none.
     */
    public static function at(mixed $url): ?self
    {
        return is_string($url) && preg_match(self::ADDRESS, $url) ? new self(rtrim($url, '/') . '/') : null;
    }

    /**
     * @param string $place Of pages in one language, with `{code}`.
     * @return ?string The address of the code's page.
     */
    public function page(string $code, string $place): ?string
    {
        return preg_match(self::CODE, $code) ? $this->url . str_replace('{code}', $code, $place) : null;
    }
}
