<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Certificate\FileContents;
use PHPUnit\Framework\TestCase;

/**
 * Boxes that were mixed up are noticed in each form in which files come.
 */
final class FileContentsTest extends TestCase
{
    private const PASSWORD = 'only-for-this-test';

    /** @var array<string, string> */
    private static array $files;

    public static function setUpBeforeClass(): void
    {
        $key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
        $request = openssl_csr_new(['commonName' => 'Firma'], $key);
        $certificate = openssl_csr_sign($request, null, $key, 2);

        openssl_x509_export($certificate, $certificatePem);
        openssl_pkey_export($key, $keyPem);
        openssl_pkey_export($key, $encryptedPem, self::PASSWORD);
        openssl_pkcs12_export($certificate, $pkcs12, $key, self::PASSWORD);

        self::$files = [
            'certificate' => $certificatePem,
            'certificate DER' => self::der($certificatePem),
            'key' => $keyPem,
            'key DER' => self::der($keyPem),
            'encrypted key' => $encryptedPem,
            'encrypted key DER' => self::der($encryptedPem),
            'both' => $certificatePem . $keyPem,
            'p12' => $pkcs12,
            'picture' => "\x89PNG\r\n",
            'nothing' => '',
        ];
    }

    /**
     * @dataProvider pairs
     */
    public function testAreSwapped(string $certificateFile, string $keyFile, bool $areSwapped): void
    {
        self::assertSame(
            $areSwapped,
            FileContents::areSwapped(self::$files[$certificateFile], self::$files[$keyFile]),
        );
    }

    public static function pairs(): iterable
    {
        $keys = ['key', 'key DER', 'encrypted key', 'encrypted key DER'];

        foreach (['certificate', 'certificate DER'] as $certificate) {
            foreach ($keys as $key) {
                yield "$certificate, $key" => [$certificate, $key, false];
                yield "$key, $certificate" => [$key, $certificate, true];
            }

            yield "p12, $certificate" => ['p12', $certificate, false];
            yield "both, $certificate" => ['both', $certificate, false];
            yield "picture, $certificate" => ['picture', $certificate, true];
        }

        yield 'two keys' => ['key', 'encrypted key', false];
        yield 'empty files' => ['nothing', 'nothing', false];
    }

    private static function der(string $pem): string
    {
        return (string) base64_decode((string) preg_replace('/-----[^-]+-----|\s/', '', $pem));
    }
}
