<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\History;

use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Messages\Message;

/**
 * Reads from a certificate's record, before and after it was stored, what happened.
 */
final readonly class CertificateSteps
{
    /** What is compared; of the seal only whether there is one. */
    public const ATTRIBUTES = [
        'status',
        'serialNumber',
        'fingerprint',
        'privateKeySealed',
        'packageId',
        'enrolmentCode',
        'enrolmentParams',
        'enrolmentReference',
        'renewalCode',
        'renewalParams',
    ];

    /**
     * @param array<string, mixed> $before By the names of ATTRIBUTES; empty for a new record.
     * @param array<string, mixed> $after
     * @return list<CertificateStep>
     */
    public static function between(array $before, array $after): array
    {
        $wasRequested = self::text($before, 'status') === CertificateStatus::REQUESTED;

        $steps = match (true) {
            $before === [] => self::ofNew($after),
            $wasRequested => self::ofRequest($before, $after),
            default => self::ofCertificate($before, $after),
        };

        return [...$steps, ...self::ofRenewal($before, $after)];
    }

    /**
     * @param array<string, mixed> $after
     * @return list<CertificateStep>
     */
    private static function ofNew(array $after): array
    {
        // A request names others, too: see Hooks\KsefCertificate\KsefTellSteps.
        return self::text($after, 'fingerprint') === '' ? [] : [
            self::step(CertificateEvent::Uploaded, ['serialNumber' => self::text($after, 'serialNumber')]),
        ];
    }

    /**
     * @param array<string, mixed> $before
     * @param array<string, mixed> $after
     * @return list<CertificateStep>
     */
    private static function ofRequest(array $before, array $after): array
    {
        $steps = [];
        $status = self::text($after, 'status');
        $isClosed = $status !== CertificateStatus::REQUESTED;

        if (self::appeared('privateKeySealed', $before, $after)) {
            $steps[] = self::step(CertificateEvent::KeySealed);
        }

        if (self::appeared('enrolmentReference', $before, $after)) {
            $steps[] = self::step(
                CertificateEvent::Sent,
                ['reference' => self::text($after, 'enrolmentReference')],
            );
        }

        if (!$isClosed) {
            return [...$steps, ...self::explained(CertificateEvent::Waits, 'enrolment', $before, $after)];
        }

        if ($status !== CertificateStatus::ACTIVE) {
            return [
                ...$steps,
                new CertificateStep(CertificateEvent::Rejected, explanation: self::message('enrolment', $after)),
            ];
        }

        $steps[] = self::step(CertificateEvent::Issued, ['serialNumber' => self::text($after, 'serialNumber')]);

        if (self::appeared('packageId', $before, $after)) {
            $steps[] = self::step(CertificateEvent::PackageStored);
        }

        return $steps;
    }

    /**
     * @param array<string, mixed> $before
     * @param array<string, mixed> $after
     * @return list<CertificateStep>
     */
    private static function ofCertificate(array $before, array $after): array
    {
        $steps = [];

        if (self::text($before, 'fingerprint') !== self::text($after, 'fingerprint')) {
            $steps[] = self::step(
                CertificateEvent::Replaced,
                ['serialNumber' => self::text($after, 'serialNumber')],
            );
        }

        if (self::appeared('privateKeySealed', $after, $before)) {
            $steps[] = self::step(CertificateEvent::KeyErased);
        }

        if (self::appeared('packageId', $after, $before)) {
            $steps[] = self::step(CertificateEvent::PackageErased);
        }

        if (self::text($before, 'status') !== self::text($after, 'status')) {
            $steps[] = self::step(CertificateEvent::StatusChanged, [
                'statusBefore' => self::text($before, 'status'),
                'status' => self::text($after, 'status'),
            ]);
        }

        return $steps;
    }

    /**
     * @param array<string, mixed> $before
     * @param array<string, mixed> $after
     * @return list<CertificateStep>
     */
    private static function ofRenewal(array $before, array $after): array
    {
        return self::explained(CertificateEvent::RenewalFailed, 'renewal', $before, $after);
    }

    /**
     * Told when there is a reason, and it is another one than before.
     *
     * @param array<string, mixed> $before
     * @param array<string, mixed> $after
     * @return list<CertificateStep>
     */
    private static function explained(CertificateEvent $event, string $prefix, array $before, array $after): array
    {
        $code = self::text($after, $prefix . 'Code');

        return $code === '' || $code === self::text($before, $prefix . 'Code')
            ? []
            : [new CertificateStep($event, explanation: self::message($prefix, $after))];
    }

    /**
     * @param array<string, mixed> $record
     */
    private static function message(string $prefix, array $record): ?Message
    {
        $code = self::text($record, $prefix . 'Code');

        return $code === '' ? null : new Message($code, (array) ($record[$prefix . 'Params'] ?? []));
    }

    /**
     * @param array<string, mixed> $before
     * @param array<string, mixed> $after
     */
    private static function appeared(string $attribute, array $before, array $after): bool
    {
        return self::text($before, $attribute) === '' && self::text($after, $attribute) !== '';
    }

    /**
     * @param array<string, mixed> $record
     */
    private static function text(array $record, string $attribute): string
    {
        return (string) ($record[$attribute] ?? '');
    }

    /**
     * @param array<string, string> $params
     */
    private static function step(CertificateEvent $event, array $params = []): CertificateStep
    {
        return new CertificateStep($event, $params);
    }
}
