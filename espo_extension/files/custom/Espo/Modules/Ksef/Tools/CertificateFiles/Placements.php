<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Bridge\Inspection\SortedCertificate;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;

/**
 * Which of the certificates that were found goes into which field of a profile. Each field takes one: of several
 * the one that is valid longest.
 */
final readonly class Placements
{
    public function __construct(private Certificates $certificates) {}

    /**
     * @param list<SortedCertificate> $found In the order in which they are preferred.
     * @return list<Placement>
     */
    public function of(Entity $profile, array $found): array
    {
        $placements = [];
        /** @var array<string, SortedCertificate> $taken By the fields. */
        $taken = [];

        foreach ($found as $each) {
            $stored = $this->certificates->ofFingerprint($each->facts->fingerprint);
            $record = $stored ? $this->certificates->record($stored) : $this->toBe($each);
            $use = $each->errors() ? null : $this->use($record, $profile);
            $first = $use ? $taken[$use->value] ?? null : null;

            $placements[] = match (true) {
                $use === null => $this->refused($each, $stored, $record, $profile),
                $first !== null => new Placement($each, null, $stored, [
                    new Message('certificate-place-taken', ['file' => $first->certificateFile]),
                ]),
                default => $this->placed($each, $use, $stored, $record, $profile),
            };

            if ($use) {
                $taken[$use->value] ??= $each;
            }
        }

        return $placements;
    }

    private function use(CertificateRecord $record, Entity $profile): ?CertificateUse
    {
        foreach (CertificateUse::cases() as $use) {
            if ($this->refusal($use, $record, $profile) === null) {
                return $use;
            }
        }

        return null;
    }

    private function refusal(CertificateUse $use, CertificateRecord $record, Entity $profile): ?Message
    {
        return $use->refusal($record, (string) $profile->get('environment'), new DateTimeImmutable());
    }

    /**
     * What its record will be once it is saved.
     */
    private function toBe(SortedCertificate $found): CertificateRecord
    {
        $facts = $found->facts;

        return new CertificateRecord(
            new RecordLink(Certificates::ENTITY_TYPE, '', $found->certificateFile),
            CertificateStatus::ACTIVE,
            (string) $facts->type,
            $facts->kind,
            (string) $facts->environment,
            $facts->validTo,
            true,
            $facts->identifierType,
            $facts->identifierValue,
            $facts->validFrom,
        );
    }

    private function refused(
        SortedCertificate $found,
        ?Entity $stored,
        CertificateRecord $record,
        Entity $profile,
    ): Placement {

        if ($found->errors()) {
            return new Placement($found, null, $stored, $found->findings);
        }

        $use = $record->type === 'Offline' ? CertificateUse::Offline : CertificateUse::Authorization;
        $reason = $stored ? $this->refusal($use, $record, $profile) : null;

        return new Placement($found, null, $stored, [
            ...$found->findings,
            $reason ?? new Message('certificate-fits-no-field', ['file' => $found->certificateFile]),
        ]);
    }

    private function placed(
        SortedCertificate $found,
        CertificateUse $use,
        ?Entity $stored,
        CertificateRecord $record,
        Entity $profile,
    ): Placement {

        return new Placement($found, $use, $stored, array_values(array_filter([
            ...$found->findings,
            $stored ? $this->ofStored($stored, $use, $profile) : null,
            $this->ofReplaced($stored, $use, $profile),
            $use->remark($record, (string) $profile->get('nip')),
        ])));
    }

    private function ofStored(Entity $stored, CertificateUse $use, Entity $profile): Message
    {
        $isLinked = $profile->get($use->idAttribute()) === $stored->getId();
        $code = $isLinked ? 'certificate-linked-already' : 'certificate-stored-already';

        return new Message($code, ['certificate' => Records::link($stored)], Severity::Info);
    }

    private function ofReplaced(?Entity $stored, CertificateUse $use, Entity $profile): ?Message
    {
        $linked = $this->certificates->linked($profile, $use);

        return !$linked || $stored && $linked->getId() === $stored->getId()
            ? null
            : new Message('certificate-replaces', ['certificate' => Records::link($linked)], Severity::Info);
    }
}
