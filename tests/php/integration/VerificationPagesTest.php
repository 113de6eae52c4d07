<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use Espo\Modules\Ksef\Bridge\VerificationLinks;
use Espo\Modules\Ksef\Tools\CertificateState\RefusedUses;
use Espo\Modules\Ksef\Tools\VerificationLinkProvider;
use KsefTests\RunningBridge;
use PHPUnit\Framework\TestCase;

/**
 * Verification links by a real bridge, opened at the simulator's verification pages.
 */
final class VerificationPagesTest extends TestCase
{
    private const HOST = 'https://qr-test.ksef.mf.gov.pl';
    private const PNG = "\x89PNG\r\n\x1a\n";

    public function testBothCodesOfAnInvoiceFile(): void
    {
        $nip = RunningBridge::told('OFFLINE_NIP');
        $xml = $this->invoice($nip);

        $links = $this->links(InvoiceDescription::ofFile($xml), isOffline: true, withPng: true);

        $hash = rtrim(strtr(base64_encode(hash('sha256', $xml, true)), '+/', '-_'), '=');
        self::assertSame(self::HOST . "/invoice/$nip/01-02-2026/$hash", $links->kod1->url);
        self::assertSame('OFFLINE', $links->kod1->label);
        self::assertStringStartsWith(self::HOST . "/certificate/Nip/$nip/$nip/", (string) $links->kod2?->url);
        self::assertSame('CERTYFIKAT', $links->kod2->label);

        foreach ([$links->kod1, $links->kod2] as $link) {
            self::assertStringStartsWith('<svg ', $link->svg);
            self::assertStringStartsWith(self::PNG, (string) $link->png);
            self::assertTrue($this->isAccepted($link->url), $link->url);
        }
    }

    public function testTheHashGivesTheSameCodesAsTheFile(): void
    {
        $xml = $this->invoice(RunningBridge::told('OFFLINE_NIP'));

        $ofFile = $this->links(InvoiceDescription::ofFile($xml), isOffline: true);
        $ofHash = $this->links(InvoiceDescription::ofHash(hash('sha256', $xml), '2026-02-01'), isOffline: true);

        self::assertEquals($ofFile->kod1, $ofHash->kod1);
        self::assertNull($ofHash->kod1->png);
        self::assertTrue($this->isAccepted((string) $ofHash->kod2?->url));
    }

    public function testAnInvoiceWithAKsefNumberNamesIt(): void
    {
        $number = '5265877635-20250826-0100001AF629-AF';
        $invoice = InvoiceDescription::ofFile($this->invoice('5265877635'));

        $links = $this->links($invoice, isOffline: false, ksefNumber: $number);

        self::assertSame($number, $links->kod1->label);
        self::assertStringContainsString(">$number</text>", $links->kod1->svg);
        self::assertNull($links->kod2);
    }

    /**
     * @dataProvider refusals
     */
    public function testARefusalSaysWhy(string $profile, InvoiceDescription $invoice, int $status, string $code): void
    {
        try {
            $this->links($invoice, isOffline: true, profile: $profile);
            self::fail('There are no links.');
        } catch (BridgeProblem $problem) {
            self::assertSame($status, $problem->status);
            self::assertSame($code, $problem->messageCode);
            self::assertNotSame('', $problem->detail);
        }
    }

    public static function refusals(): iterable
    {
        $right = InvoiceDescription::ofHash(hash('sha256', 'x'), '2026-02-01');

        yield ['OFFLINE_PROFILE_ID', InvoiceDescription::ofHash('short', '2026-02-01'), 422, 'invoice-hash-malformed'];
        yield ['OFFLINE_PROFILE_ID', InvoiceDescription::ofFile('%PDF-1.7'), 422, 'invoice-file-not-xml'];
        yield ['OFFLINE_PROFILE_ID', InvoiceDescription::ofFile(str_repeat('<', 800_000)), 413, 'request-too-large'];
        yield ['EMPTY_PROFILE_ID', $right, 409, 'offline-certificate-not-set'];
    }

    private function links(
        InvoiceDescription $invoice,
        bool $isOffline,
        ?string $ksefNumber = null,
        bool $withPng = false,
        string $profile = 'OFFLINE_PROFILE_ID',
    ): VerificationLinks {

        $provider = new VerificationLinkProvider(RunningBridge::client(), $this->createStub(RefusedUses::class));

        return $provider->getVerificationLinks(
            RunningBridge::told($profile),
            $invoice,
            $isOffline,
            $ksefNumber,
            $withPng,
        );
    }

    private function isAccepted(string $url): bool
    {
        $address = RunningBridge::told('SIMULATOR_URL') . substr($url, strlen(self::HOST));
        $context = stream_context_create(['http' => ['header' => 'Accept: application/json']]);

        return json_decode((string) file_get_contents($address, context: $context), true)['valid'];
    }

    private function invoice(string $nip): string
    {
        return <<<XML
            <?xml version="1.0" encoding="UTF-8"?>
            <Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
                <Podmiot1><DaneIdentyfikacyjne><NIP>$nip</NIP><Nazwa>Żółw</Nazwa></DaneIdentyfikacyjne></Podmiot1>
                <Fa><P_1>2026-02-01</P_1></Fa>
            </Faktura>
            XML;
    }
}
