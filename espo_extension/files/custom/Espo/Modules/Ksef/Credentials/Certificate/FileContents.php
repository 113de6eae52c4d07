<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

use SensitiveParameter;

/**
 * What an uploaded file holds, by its first look. The bridge judges; this only tells boxes apart.
 */
final class FileContents
{
    private const PEM_CERTIFICATE = '-----BEGIN CERTIFICATE-----';
    // A version number follows the outer headers: [0] { 2 } of a certificate, 3 of PKCS #12.
    private const DER_CERTIFICATE = '/\A\x30[\x80-\x84].{0,4}\x30[\x80-\x84].{0,4}\xA0\x03\x02\x01\x02/s';
    private const PKCS12 = '/\A\x30[\x80-\x84].{0,4}\x02\x01\x03/s';

    /**
     * Whether certificate and key lie in each other's boxes.
     */
    public static function areSwapped(
        #[SensitiveParameter]
        string $certificateFile,
        #[SensitiveParameter]
        string $keyFile,
    ): bool {

        return self::holdsCertificate($keyFile) && !self::holdsCertificate($certificateFile);
    }

    private static function holdsCertificate(#[SensitiveParameter] string $content): bool
    {
        return str_contains($content, self::PEM_CERTIFICATE)
            || preg_match(self::DER_CERTIFICATE, $content) === 1
            || preg_match(self::PKCS12, $content) === 1;
    }
}
