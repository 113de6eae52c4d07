<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use Espo\Modules\Ksef\Tools\CertificateState\RefusedUses;
use Espo\Modules\Ksef\Tools\VerificationLinkProvider;
use KsefTests\FakeTransport;
use PHPUnit\Framework\TestCase;

/**
 * What is said of an invoice, and what its verification links are taken for.
 */
final class VerificationLinksTest extends TestCase
{
    private const HASH = 'UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE';
    private const KOD1 = [
        'url' => 'https://qr-test.ksef.mf.gov.pl/invoice/1',
        'label' => 'OFFLINE',
        'svg' => '<svg>1</svg>',
    ];
    private const KOD2 = [
        'url' => 'https://qr-test.ksef.mf.gov.pl/certificate/2',
        'label' => 'CERTYFIKAT',
        'svg' => '<svg>2</svg>',
    ];

    public function testAnInvoiceOfWhichTheHashIsKnown(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['kod1' => self::KOD1, 'kod2' => self::KOD2]));

        $links = $this->provider($transport)->getVerificationLinks(
            '6b07',
            InvoiceDescription::ofHash(self::HASH, '2026-02-01', '5265877635'),
            isOffline: true,
        );

        self::assertSame(['GET /v1/info', 'POST /v1/profiles/6b07/verification-links'], $transport->paths());
        self::assertSame(
            [
                'invoiceSha256' => self::HASH,
                'issueDate' => '2026-02-01',
                'sellerNip' => '5265877635',
                'offline' => true,
                'png' => false,
            ],
            $this->sent($transport),
        );
        self::assertSame(self::KOD1['url'], $links->kod1->url);
        self::assertSame('OFFLINE', $links->kod1->label);
        self::assertSame('<svg>1</svg>', $links->kod1->svg);
        self::assertNull($links->kod1->png);
        self::assertSame(self::KOD2['url'], $links->kod2?->url);
        self::assertSame('CERTYFIKAT', $links->kod2->label);
    }

    public function testTheBytesOfAnInvoiceFileAreSentAsTheyAre(): void
    {
        $png = "\x89PNG\r\n\x1a\n\x00";
        $answer = ['kod1' => ['png' => base64_encode($png)] + self::KOD1];
        $transport = FakeTransport::fitting(FakeTransport::json($answer));
        $xml = "<Faktura>Żółw\r\n\xff\x00</Faktura>";
        $number = '5265877635-20250826-0100001AF629-AF';

        $links = $this->provider($transport)->getVerificationLinks(
            '6b07',
            InvoiceDescription::ofFile($xml),
            isOffline: false,
            ksefNumber: $number,
            withPng: true,
        );

        self::assertSame(
            ['invoiceXml' => base64_encode($xml), 'offline' => false, 'ksefNumber' => $number, 'png' => true],
            $this->sent($transport),
        );
        self::assertSame($png, $links->kod1->png);
        self::assertNull($links->kod2);
    }

    public function testTheSellerMayBeLeftToTheProfile(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['kod1' => self::KOD1]));

        $this->provider($transport)->getVerificationLinks(
            '6b07',
            InvoiceDescription::ofHash(self::HASH, '2026-02-01'),
            isOffline: false,
        );

        self::assertArrayNotHasKey('sellerNip', $this->sent($transport));
    }

    public function testARefusalCarriesItsCode(): void
    {
        $params = ['params' => ['status' => 'Inactive']];
        $problem = FakeTransport::problem(409, 'offline-certificate-not-active', $params);

        $this->expectExceptionObject(
            new BridgeProblem(409, 'offline-certificate-not-active', ['status' => 'Inactive'], ''),
        );

        $this->links(FakeTransport::fitting($problem), isOffline: true);
    }

    /**
     * @dataProvider rubbish
     */
    public function testRubbishIsNamedAsSuch(mixed $answer, bool $isOffline): void
    {
        $this->expectExceptionObject(new BridgeAnswerUnreadable('bridge-answer-unreadable'));

        $this->links(FakeTransport::fitting(FakeTransport::json($answer)), $isOffline);
    }

    public static function rubbish(): iterable
    {
        yield 'no KOD I' => [['kod2' => self::KOD2], true];
        yield 'no KOD II for an invoice that needs one' => [['kod1' => self::KOD1], true];
        yield 'a KOD II that nobody asked for' => [['kod1' => self::KOD1, 'kod2' => self::KOD2], false];
        yield 'a text' => [['kod1' => 'https://qr-test.ksef.mf.gov.pl'], false];
        yield 'no address' => [['kod1' => ['url' => null] + self::KOD1], false];
        yield 'no image' => [['kod1' => ['svg' => 7] + self::KOD1], false];
        yield 'an image that is none' => [['kod1' => ['png' => '"'] + self::KOD1], false];
    }

    public function testTheInvoiceStandsInNoDumpAndNoTrace(): void
    {
        $xml = '<Faktura>Tajemnica handlowa</Faktura>';
        $invoice = InvoiceDescription::ofFile($xml);

        ob_start();
        var_dump($invoice);
        $said = (string) ob_get_clean();

        try {
            $transport = FakeTransport::fitting(FakeTransport::json([]));
            $this->provider($transport)->getVerificationLinks('6b07', $invoice, isOffline: false);
            self::fail('The answer is rubbish.');
        } catch (BridgeAnswerUnreadable $error) {
            $said .= $error->getMessage() . $error->getTraceAsString();
        }

        self::assertStringNotContainsString('Tajemnica', $said);
        self::assertStringNotContainsString(base64_encode($xml), $said);
    }

    public function testARefusalIsHeardOfWhereCertificatesEnd(): void
    {
        $params = ['params' => ['date' => '2026-11-20']];
        $refused = $this->createMock(RefusedUses::class);

        $refused
            ->expects(self::once())
            ->method('endBy')
            ->with('6b07', 'offline-certificate-expired', ['date' => '2026-11-20']);

        $this->expectExceptionMessage('offline-certificate-expired');

        $this->links(
            FakeTransport::fitting(FakeTransport::problem(409, 'offline-certificate-expired', $params)),
            true,
            $refused,
        );
    }

    private function links(FakeTransport $transport, bool $isOffline, ?RefusedUses $refused = null): void
    {
        $this->provider($transport, $refused)->getVerificationLinks(
            '6b07',
            InvoiceDescription::ofHash(self::HASH, '2026-02-01'),
            $isOffline,
        );
    }

    private function provider(FakeTransport $transport, ?RefusedUses $refused = null): VerificationLinkProvider
    {
        $settings = new BridgeSettings('http://127.0.0.1:8970', 'ksefbridge_1234abcd_made-for-this-test', 'pl_PL');

        return new VerificationLinkProvider(
            new BridgeClient($settings, $transport),
            $refused ?? $this->createStub(RefusedUses::class),
        );
    }

    private function sent(FakeTransport $transport): mixed
    {
        return json_decode((string) $transport->requests[1]->body, true);
    }
}
