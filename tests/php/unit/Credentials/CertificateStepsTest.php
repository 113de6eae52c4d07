<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\History\CertificateEvent;
use Espo\Modules\Ksef\Credentials\History\CertificateStep;
use Espo\Modules\Ksef\Credentials\History\CertificateSteps;
use PHPUnit\Framework\TestCase;

/**
 * What is written into a certificate's stream, read from the record before and after.
 */
final class CertificateStepsTest extends TestCase
{
    private const WAITING = ['status' => 'Requested'];
    private const SENT = ['status' => 'Requested', 'privateKeySealed' => 'a seal', 'enrolmentReference' => 'R-1'];
    private const IN_USE = [
        'status' => 'Active',
        'privateKeySealed' => 'a seal',
        'serialNumber' => '0A',
        'fingerprint' => 'aa',
    ];

    /**
     * @dataProvider changes
     * @param array<string, mixed> $before
     * @param array<string, mixed> $after
     * @param list<array<string, mixed>> $steps
     */
    public function testBetween(array $before, array $after, array $steps): void
    {
        self::assertEquals($steps, array_map(
            static fn (CertificateStep $step): array => array_filter([
                $step->event->value,
                ...$step->params,
                $step->explanation?->code,
            ]),
            CertificateSteps::between($before, $after),
        ));
    }

    public static function changes(): iterable
    {
        yield 'uploaded' => [[], self::IN_USE, [['uploaded', 'serialNumber' => '0A']]];
        yield 'requested' => [[], self::WAITING, []];
        yield 'the key arrived' => [
            self::WAITING,
            self::WAITING + ['privateKeySealed' => 'a seal'],
            [['keySealed']],
        ];
        yield 'sent, and nothing else known' => [
            self::WAITING + ['privateKeySealed' => 'a seal'],
            self::SENT,
            [['sent', 'reference' => 'R-1']],
        ];
        yield 'asked again' => [self::SENT, self::SENT, []];
        yield 'waits' => [
            self::SENT,
            self::SENT + ['enrolmentCode' => 'no-right'],
            [['waits', 'no-right']],
        ];
        yield 'waits still, for the same reason' => [
            self::SENT + ['enrolmentCode' => 'no-right'],
            self::SENT + ['enrolmentCode' => 'no-right', 'enrolmentParams' => (object) ['a' => 1]],
            [],
        ];
        yield 'issued with a package' => [
            self::SENT + ['enrolmentCode' => 'no-right'],
            ['packageId' => 'p'] + self::IN_USE + self::SENT,
            [['issued', 'serialNumber' => '0A'], ['packageStored']],
        ];
        yield 'issued at the first look' => [
            self::WAITING,
            self::IN_USE + self::SENT,
            [['keySealed'], ['sent', 'reference' => 'R-1'], ['issued', 'serialNumber' => '0A']],
        ];
        yield 'rejected' => [
            self::SENT,
            ['status' => 'Inactive', 'enrolmentCode' => 'ksef-said-no', 'enrolmentReference' => 'R-1'],
            [['rejected', 'ksef-said-no']],
        ];
        yield 'ended' => [
            self::IN_USE,
            ['status' => 'Revoked'] + self::IN_USE,
            [['statusChanged', 'statusBefore' => 'Active', 'status' => 'Revoked']],
        ];
        yield 'the key erased' => [self::IN_USE, ['privateKeySealed' => null] + self::IN_USE, [['keyErased']]];
        yield 'key and package erased' => [
            self::IN_USE + ['packageId' => 'a file'],
            ['privateKeySealed' => null, 'packageId' => null] + self::IN_USE,
            [['keyErased'], ['packageErased']],
        ];
        yield 'the seal renewed' => [self::IN_USE, ['privateKeySealed' => 'another'] + self::IN_USE, []];
        yield 'replaced' => [
            self::IN_USE,
            ['fingerprint' => 'bb', 'serialNumber' => '0B'] + self::IN_USE,
            [['replaced', 'serialNumber' => '0B']],
        ];
        yield 'the renewal failed' => [
            self::IN_USE,
            self::IN_USE + ['renewalCode' => 'limit-reached'],
            [['renewalFailed', 'limit-reached']],
        ];
        yield 'the renewal goes on' => [self::IN_USE + ['renewalCode' => 'limit-reached'], self::IN_USE, []];
    }

    public function testNoSealIsTold(): void
    {
        $steps = CertificateSteps::between(self::WAITING, self::IN_USE + self::SENT);

        $told = array_map(static fn (CertificateStep $step): array => $step->toArray(), $steps);

        self::assertStringNotContainsString('a seal', json_encode($told, JSON_THROW_ON_ERROR));
    }

    public function testEachEventHasAText(): void
    {
        $path = dirname(__DIR__, 4) . '/espo_extension/model/texts/KsefCertificate.json';
        $texts = json_decode(file_get_contents($path), true, flags: JSON_THROW_ON_ERROR)['streamMessages'];

        $expected = array_map(
            static fn (CertificateEvent $event): string => 'ksefStep_' . $event->value,
            CertificateEvent::cases(),
        );

        self::assertEqualsCanonicalizing($expected, array_keys($texts));
    }
}
