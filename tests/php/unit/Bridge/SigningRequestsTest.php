<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\SigningRequest\SigningRequest;
use Espo\Modules\Ksef\Bridge\SigningRequest\SigningRequestStatus;
use KsefTests\FakeTransport;
use PHPUnit\Framework\TestCase;

/**
 * Logins that are signed elsewhere: what is asked, and what the answers are taken for.
 */
final class SigningRequestsTest extends TestCase
{
    private const PATH = '/v1/profiles/6b07/signing-requests';
    private const OPEN = [
        'id' => 'a-B_1',
        'status' => 'AwaitingSignature',
        'document' => '<AuthTokenRequest/>',
        'expiresAt' => '2026-11-29T17:05:00Z',
        'signer' => null,
        'permissions' => null,
        'problem' => null,
    ];
    private const SIGNED = [
        'status' => 'Established',
        'document' => null,
        'signer' => [
            'name' => 'Jan Kowalski',
            'identifierType' => 'Pesel',
            'identifierValue' => '44051401458',
            'organizationName' => null,
            'issuerName' => 'CN=Wystawca',
            'qualified' => true,
            'seal' => false,
            'validTo' => '2028-05-01T10:00:00Z',
            'fingerprint' => 'ab',
        ],
        'permissions' => ['InvoiceRead'],
    ] + self::OPEN;

    /**
     * @dataProvider subjects
     */
    public function testOneIsBegunForHowKsefKnowsTheSigner(bool $byFingerprint, string $expected): void
    {
        $transport = FakeTransport::fitting(FakeTransport::json(self::OPEN, 201));

        $request = $this->client($transport)->openSigningRequest('6b07', $byFingerprint);

        self::assertSame(['GET /v1/info', 'POST ' . self::PATH], $transport->paths());
        self::assertSame(
            ['subjectIdentifierType' => $expected],
            json_decode((string) $transport->requests[1]->body, true),
        );
        self::assertSame(['a-B_1', '<AuthTokenRequest/>'], [$request->id, $request->document]);
        self::assertSame('17:05', $request->expiresAt->format('H:i'));
        self::assertStringNotContainsString('AuthTokenRequest', print_r($request, true));
    }

    public static function subjects(): iterable
    {
        yield [false, 'certificateSubject'];
        yield [true, 'certificateFingerprint'];
    }

    public function testASignedFileIsSentByteForByteAsXml(): void
    {
        $signed = "\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<a>\xFF</a>\n";
        $transport = FakeTransport::fitting(FakeTransport::json(self::SIGNED));

        $request = $this->client($transport)->submitSignedDocument('6b07', 'a-B_1', $signed);

        self::assertSame(['GET /v1/info', 'PUT ' . self::PATH . '/a-B_1'], $transport->paths());
        self::assertSame($signed, $transport->requests[1]->body);
        self::assertSame('application/xml', $transport->requests[1]->headers['Content-Type']);
        self::assertSame(SigningRequestStatus::Established, $request->status);
        self::assertSame(['Jan Kowalski', true, false], [
            $request->signer?->name,
            $request->signer?->isQualified,
            $request->signer?->isSeal,
        ]);
        self::assertSame(['InvoiceRead'], $request->permissions);
    }

    public function testWhatKsefRefusedComesWithTheReason(): void
    {
        $problem = ['code' => 'login-refused', 'severity' => 'error', 'params' => (object) [], 'message' => 'No.'];

        $request = $this->found(['status' => 'Refused', 'document' => null, 'problem' => $problem] + self::OPEN);

        self::assertSame(['login-refused', 'No.'], [$request->problem?->code, $request->problem?->fallback]);
    }

    /**
     * @dataProvider unreadable
     * @param array<string, mixed> $changed
     */
    public function testAnAnswerOutOfTheContractIsUnreadable(array $changed): void
    {
        $this->expectException(BridgeAnswerUnreadable::class);

        $this->found($changed + self::SIGNED);
    }

    public static function unreadable(): iterable
    {
        yield 'a status that is none' => [['status' => 'Signed']];
        yield 'a signer without a name' => [['signer' => ['name' => null] + self::SIGNED['signer']]];
        yield 'rights that are no texts' => [['permissions' => [1]]];
        yield 'no end' => [['expiresAt' => null]];
    }

    public function testAnOrderNamesTheLoginThatAsks(): void
    {
        $order = new CertificateOrder('Offline', 'Kasa', 'EC P-256', signingRequestId: 'a-B_1');

        self::assertSame('a-B_1', $order->toRequest()['signingRequestId']);
    }

    /**
     * @param array<string, mixed> $answer
     */
    private function found(array $answer): SigningRequest
    {
        return $this->client(FakeTransport::fitting(FakeTransport::json($answer)))->signingRequest('6b07', 'a-B_1');
    }

    private function client(FakeTransport $transport): BridgeClient
    {
        return new BridgeClient(new BridgeSettings('http://127.0.0.1:8970', 'key', 'en_US'), $transport);
    }
}
