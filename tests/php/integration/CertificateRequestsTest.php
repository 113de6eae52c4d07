<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Enrolment\EnrolmentStatus;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use KsefTests\RunningBridge;
use PHPUnit\Framework\TestCase;

/**
 * Requests for certificates by a real bridge, issued by the simulator.
 */
final class CertificateRequestsTest extends TestCase
{
    private const SHORTEST_PASSWORD = 20;

    public function testARequestIsBegunOnceAndGivenUp(): void
    {
        $client = RunningBridge::client();
        [$profile, $record] = [RunningBridge::told('REQUESTING_PROFILE_ID'), RunningBridge::told('NEW_RECORD_ID')];
        $order = new CertificateOrder(RunningBridge::told('NEW_TYPE'), RunningBridge::told('NEW_NAME'), 'RSA 2048');

        $first = $client->requestCertificate($profile, $record, $order);
        self::assertStringStartsWith('ksef1.', $first->privateKeySeal);
        self::assertGreaterThanOrEqual(self::SHORTEST_PASSWORD, strlen((string) $first->packagePassword));

        $again = $client->requestCertificate($profile, $record, $order);
        self::assertSame($first->privateKeySeal, $again->privateKeySeal);
        self::assertNull($again->packagePassword);

        // The record does not hold the key, so KSeF is not asked.
        self::assertSame(EnrolmentStatus::Prepared, $client->enrolment($profile, $record)->status);

        $client->forgetEnrolment($profile, $record);
        $client->forgetEnrolment($profile, $record);

        $anew = $client->requestCertificate($profile, $record, $order);
        self::assertNotSame($first->privateKeySeal, $anew->privateKeySeal);
        self::assertNotNull($anew->packagePassword);
        self::assertNotSame($first->packagePassword, $anew->packagePassword);

        $client->forgetEnrolment($profile, $record);
        $this->assertRefused(404, 'enrolment-not-found', fn () => $client->enrolment($profile, $record));
    }

    public function testAnIssuedCertificateComesWithThePackageThatThePasswordOpens(): void
    {
        $enrolment = RunningBridge::client()->enrolment(
            RunningBridge::told('REQUESTING_PROFILE_ID'),
            RunningBridge::told('ISSUED_RECORD_ID'),
        );

        self::assertSame(EnrolmentStatus::Issued, $enrolment->status);
        self::assertNotNull($enrolment->referenceNumber);
        self::assertNull($enrolment->retryAfter);

        $issued = $enrolment->issued;
        self::assertSame('Offline', $issued?->facts->type);
        self::assertSame(RunningBridge::told('REQUESTING_NIP'), $issued->facts->identifierValue);
        self::assertStringStartsWith('-----BEGIN CERTIFICATE-----', $issued->certificatePem);
        self::assertSame('Kasa-glowna-w-Lodzi.zip', $issued->package?->name);
        self::assertNull($issued->packageProblem);

        $key = openssl_pkey_get_private(
            $this->file($issued->package->content, '.key'),
            RunningBridge::told('ISSUED_PASSWORD'),
        );
        self::assertNotFalse($key);
        self::assertTrue(openssl_x509_check_private_key($issued->certificatePem, $key));
    }

    public function testWhatKsefListsHasTheIssuedCertificate(): void
    {
        $listed = RunningBridge::client()->listedCertificates(RunningBridge::told('REQUESTING_PROFILE_ID'));

        self::assertContains(RunningBridge::told('ISSUED_NAME'), array_column($listed, 'name'));
        self::assertTrue($listed[0]->isActive());
    }

    public function testAProfileThatLogsInByTokenIsToldWhatIsMissing(): void
    {
        $this->assertRefused(409, 'needs-signature-login', static fn () => RunningBridge::client()->requestCertificate(
            RunningBridge::told('PROFILE_ID'),
            RunningBridge::told('NEW_RECORD_ID'),
            new CertificateOrder('Offline', 'Kasa główna', 'EC P-256'),
        ));
    }

    public function testANameThatKsefDoesNotTakeIsRefused(): void
    {
        $this->assertRefused(422, 'enrolment-name-characters', static fn () => RunningBridge::client()->requestCertificate(
            RunningBridge::told('REQUESTING_PROFILE_ID'),
            RunningBridge::told('NEW_RECORD_ID'),
            new CertificateOrder('Offline', 'Kasa (1)', 'EC P-256'),
        ));
    }

    private function assertRefused(int $status, string $code, callable $call): void
    {
        try {
            $call();
            self::fail('It was not refused.');
        } catch (BridgeProblem $problem) {
            self::assertSame([$status, $code], [$problem->status, $problem->messageCode]);
        }
    }

    /**
     * A file of a zip that is stored uncompressed or deflated, by the ending of its name: PHP's own
     * extension for zips need not be there.
     */
    private function file(string $zip, string $ending): string
    {
        $offset = 0;

        while (substr($zip, $offset, 4) === "PK\x03\x04") {
            $head = unpack('vmethod/x8/Vcompressed/Vsize/vname/vextra', substr($zip, $offset + 8, 22));
            self::assertIsArray($head);
            $name = substr($zip, $offset + 30, $head['name']);
            $start = $offset + 30 + $head['name'] + $head['extra'];
            $content = substr($zip, $start, $head['compressed']);

            if (str_ends_with($name, $ending)) {
                return $head['method'] === 0 ? $content : (string) gzinflate($content);
            }

            $offset = $start + $head['compressed'];
        }

        self::fail("No $ending in the package.");
    }
}
