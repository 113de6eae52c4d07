<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use SensitiveParameter;

/**
 * An invoice as verification links need it: its file, or the file's hash with date and seller.
 */
final readonly class InvoiceDescription
{
    /**
     * @param array<string, ?string> $members As they are sent.
     */
    private function __construct(
        #[SensitiveParameter]
        private array $members,
    ) {}

    /**
     * @param string $xml The bytes of an invoice FA(2) or FA(3) just as they go to KSeF, up to 750 000:
     *     date and seller are read from them. Describe a larger file, or one of another structure, by its hash.
     */
    public static function ofFile(#[SensitiveParameter] string $xml): self
    {
        return new self(['invoiceXml' => base64_encode($xml)]);
    }

    /**
     * @param string $sha256 Of the file's bytes: as `hash('sha256', $xml)` gives it, or in base64 or base64url.
     * @param string $issueDate The field P_1: `2026-02-01`.
     * @param ?string $sellerNip The NIP of Podmiot1. It may be left out when it is the profile's, save for
     *     the profile of a unit.
     */
    public static function ofHash(string $sha256, string $issueDate, ?string $sellerNip = null): self
    {
        return new self(['invoiceSha256' => $sha256, 'issueDate' => $issueDate, 'sellerNip' => $sellerNip]);
    }

    /**
     * @return array<string, ?string> Members of a request to the bridge.
     */
    public function toRequest(): array
    {
        return $this->members;
    }

    /**
     * @return array<string, ?string>
     */
    public function __debugInfo(): array
    {
        return array_diff_key($this->members, ['invoiceXml' => null]);
    }
}
