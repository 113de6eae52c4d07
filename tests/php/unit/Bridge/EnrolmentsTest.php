<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Enrolment\Enrolment;
use Espo\Modules\Ksef\Bridge\Enrolment\EnrolmentStatus;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\HttpAnswer;
use KsefTests\FakeTransport;
use PHPUnit\Framework\TestCase;

/**
 * Requests for certificates: what is asked, and what the answers are taken for.
 */
final class EnrolmentsTest extends TestCase
{
    private const PATH = '/v1/profiles/6b07/certificate-enrolments/6b08';
    private const FACTS = [
        'type' => 'Offline',
        'kind' => 'Ksef',
        'environment' => null,
        'serialNumber' => '01AB23CD45EF6789',
        'subjectName' => 'CN=Firma',
        'issuerName' => 'CN=TEST CCK KSeF',
        'identifierType' => 'Nip',
        'identifierValue' => '5265877635',
        'keyAlgorithm' => 'EC P-256',
        'fingerprint' => 'ab',
        'validFrom' => '2026-11-25T00:00:00Z',
        'validTo' => '2028-11-25T00:00:00Z',
    ];
    private const ISSUED = [
        'status' => 'Issued',
        'problem' => null,
        'retryAfter' => null,
        'referenceNumber' => '20261125-EH-1',
        'serialNumber' => '01AB23CD45EF6789',
        'certificatePem' => '-----BEGIN CERTIFICATE-----',
        'facts' => self::FACTS,
        'package' => 'UEsDBA==',
        'packageName' => 'Firma.zip',
        'packageProblem' => null,
    ];

    public function testARequestIsPutAndItsPasswordIsTold(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json([
            'status' => 'Prepared',
            'privateKeySealed' => 'ksef1.key',
            'packagePassword' => 'shown once',
            'problem' => null,
        ], 202));

        $requested = $this->client($transport)->requestCertificate(
            '6b07',
            '6b08',
            new CertificateOrder('Offline', 'Kasa główna', 'RSA 2048'),
        );

        self::assertSame(['GET /v1/info', 'PUT ' . self::PATH], $transport->paths());
        self::assertSame(
            ['type' => 'Offline', 'name' => 'Kasa główna', 'keyAlgorithm' => 'RSA 2048', 'package' => true],
            json_decode((string) $transport->requests[1]->body, true),
        );
        self::assertSame('ksef1.key', $requested->privateKeySeal);
        self::assertSame('shown once', $requested->packagePassword);
        self::assertStringNotContainsString('shown once', print_r($requested, true));
    }

    public function testARevocationNamesTheProfileAndTheReason(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['status' => 'Blocked']));

        $status = $this->client($transport)->revokeCertificate('6b07', '6b08', 'KeyCompromise');

        self::assertSame('Blocked', $status);
        self::assertSame(['GET /v1/info', 'POST /v1/certificates/6b08/revocation'], $transport->paths());
        self::assertSame(
            ['profileId' => '6b07', 'reason' => 'KeyCompromise'],
            json_decode((string) $transport->requests[1]->body, true),
        );
    }

    public function testARequestWithoutAPackageSaysSo(): void
    {
        $order = new CertificateOrder('Authentication', 'Kasa', 'EC P-256', withPackage: false);

        self::assertFalse($order->toRequest()['package']);
    }

    public function testAnIssuedCertificateComesWithFactsAndPackage(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(self::ISSUED));

        $enrolment = $this->client($transport)->enrolment('6b07', '6b08');

        self::assertSame(['GET /v1/info', 'GET ' . self::PATH], $transport->paths());
        self::assertSame(EnrolmentStatus::Issued, $enrolment->status);
        self::assertSame('20261125-EH-1', $enrolment->referenceNumber);
        self::assertNull($enrolment->problem);
        self::assertNull($enrolment->retryAfter);
        self::assertSame('-----BEGIN CERTIFICATE-----', $enrolment->issued?->certificatePem);
        self::assertSame('01AB23CD45EF6789', $enrolment->issued->facts->serialNumber);
        self::assertSame('Firma.zip', $enrolment->issued->package?->name);
        self::assertSame("PK\x03\x04", $enrolment->issued->package->content);
        self::assertStringNotContainsString("PK\x03", print_r($enrolment->issued->package, true));
        self::assertNull($enrolment->issued->packageProblem);
    }

    public function testAnIssuedCertificateWithoutPackageSaysWhy(): void
    {
        $problem = ['code' => 'package-password-lost', 'params' => (object) [], 'message' => 'Lost.', 'ksefCode' => null];

        $enrolment = $this->enrolment(
            ['package' => null, 'packageName' => null, 'packageProblem' => $problem] + self::ISSUED,
        );

        self::assertNull($enrolment->issued?->package);
        self::assertSame('package-password-lost', $enrolment->issued->packageProblem?->code);
    }

    public function testARejectedRequestSaysWhyInTheCataloguesWords(): void
    {
        $enrolment = $this->enrolment([
            'status' => 'Rejected',
            'problem' => [
                'code' => 'enrolment-rejected',
                'params' => ['ksefCode' => 400, 'description' => 'Zły wniosek'],
                'message' => 'KSeF rejected it.',
                'ksefCode' => 400,
            ],
            'retryAfter' => null,
            'referenceNumber' => '20261125-EH-1',
            'facts' => null,
        ]);

        self::assertSame(EnrolmentStatus::Rejected, $enrolment->status);
        self::assertNull($enrolment->issued);
        self::assertNotNull($enrolment->problem);

        self::assertSame('enrolment-rejected', $enrolment->problem->code);
        self::assertSame(['ksefCode' => 400, 'description' => 'Zły wniosek'], $enrolment->problem->params);
        self::assertSame('KSeF rejected it.', $enrolment->problem->fallback);
    }

    public function testARequestThatWaitsSaysForHowLong(): void
    {
        $enrolment = $this->enrolment(['status' => 'Requested', 'problem' => null, 'retryAfter' => 15]);

        self::assertSame(15, $enrolment->retryAfter);
        self::assertNull($enrolment->issued);
    }

    public function testTheBridgeIsToldToForget(): void
    {
        $transport = FakeTransport::fitting(new HttpAnswer(204, [], ''));

        $this->client($transport)->forgetEnrolment('6b07', '6b08');

        self::assertSame(['GET /v1/info', 'DELETE ' . self::PATH], $transport->paths());
    }

    public function testTheBridgeIsToldWhenTheSameIsRequestedAgain(): void
    {
        $transport = FakeTransport::fitting(new HttpAnswer(204, [], ''));

        $this->client($transport)->forgetEnrolment('6b07', '6b08', isBegunAnew: true);

        self::assertSame(['GET /v1/info', 'DELETE ' . self::PATH . '?begunAnew=true'], $transport->paths());
    }

    public function testWhatKsefListsIsRead(): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(['certificates' => [
            self::listed('Active'),
            self::listed('Revoked'),
        ]]));

        $listed = $this->client($transport)->listedCertificates('6b07');

        self::assertSame(['GET /v1/info', 'GET /v1/profiles/6b07/certificates'], $transport->paths());
        self::assertSame([true, false], array_map(static fn ($each): bool => $each->isActive(), $listed));
        self::assertSame('Kasa', $listed[0]->name);
        self::assertSame('2028-11-25', $listed[0]->validTo->format('Y-m-d'));
    }

    /**
     * @dataProvider unreadable
     * @param array<string, mixed> $answer
     */
    public function testWhatDoesNotFitTheContractIsUnreadable(array $answer): void
    {
        $this->expectException(BridgeAnswerUnreadable::class);

        $this->enrolment($answer);
    }

    public static function unreadable(): iterable
    {
        yield 'another status' => [['status' => 'Lost'] + self::ISSUED];
        yield 'issued without certificate' => [['facts' => null] + self::ISSUED];
        yield 'a certificate though it is not issued' => [['status' => 'Requested'] + self::ISSUED];
        yield 'a package that is no base64' => [['package' => '*'] + self::ISSUED];
        yield 'an empty package' => [['package' => ''] + self::ISSUED];
        yield 'a package without a name' => [['packageName' => null] + self::ISSUED];
        yield 'seconds that are no number' => [['status' => 'Requested', 'retryAfter' => '15']];
    }

    /**
     * @return array<string, string>
     */
    private static function listed(string $status): array
    {
        return [
            'serialNumber' => '01AB23CD45EF6789',
            'name' => 'Kasa',
            'type' => 'Offline',
            'status' => $status,
            'validTo' => '2028-11-25T00:00:00Z',
        ];
    }

    /**
     * @param array<string, mixed> $answer
     */
    private function enrolment(array $answer): Enrolment
    {
        return $this->client(FakeTransport::fitting(FakeTransport::json($answer)))->enrolment('6b07', '6b08');
    }

    private function client(FakeTransport $transport): BridgeClient
    {
        return new BridgeClient(new BridgeSettings('http://127.0.0.1:8970', 'key', 'en_US'), $transport);
    }
}
