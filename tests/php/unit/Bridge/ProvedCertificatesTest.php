<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use KsefTests\FakeTransport;
use PHPUnit\Framework\TestCase;

/**
 * A certificate that no profile uses yet is proved in place of the profile's own.
 */
final class ProvedCertificatesTest extends TestCase
{
    public function testByALogin(): void
    {
        $answer = ['ok' => true, 'steps' => [], 'permissions' => ['InvoiceRead']];
        $transport = FakeTransport::fitting(FakeTransport::json($answer));

        $test = $this->client($transport)->connectionTest('6b07', '6c08');

        self::assertTrue($test->isOk);
        self::assertSame('{"authorizationCertificateId":"6c08"}', $transport->requests[1]->body);
    }

    public function testByASignature(): void
    {
        $code = ['url' => 'https://qr-test.ksef.mf.gov.pl/', 'label' => 'OFFLINE', 'svg' => '<svg/>'];
        $transport = FakeTransport::fitting(FakeTransport::json(['kod1' => $code, 'kod2' => $code]));

        $this->client($transport)->verificationLinks(
            '6b07',
            InvoiceDescription::ofHash(str_repeat('ab', 32), '2026-02-01', '5265877635'),
            isOffline: true,
            offlineCertificateId: '6c08',
        );

        $sent = json_decode((string) $transport->requests[1]->body, true);
        self::assertSame('6c08', $sent['offlineCertificateId']);
        self::assertTrue($sent['offline']);
    }

    private function client(FakeTransport $transport): BridgeClient
    {
        $settings = new BridgeSettings('http://127.0.0.1:8970', 'ksefbridge_1234abcd_made-for-this-test', 'pl_PL');

        return new BridgeClient($settings, $transport);
    }
}
