<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use DateTimeImmutable;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Credentials\Validity\RenewalProspect;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Notice\Portals;
use Espo\Modules\Ksef\Tools\Profile\SubjectProfiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;

/**
 * What becomes of a certificate that profiles use when it ends: whether it is renewed by itself, or what an
 * administrator does.
 */
final readonly class RenewalOutlook
{
    public const DAYS_BEFORE_END = 30;

    public function __construct(
        private CertificateSuccessors $successors,
        private SubjectProfiles $subjects,
        private Portals $portals,
    ) {}

    /**
     * @param iterable<Entity> $profiles That use it.
     * @return non-empty-list<Message>
     */
    public function of(Entity $certificate, iterable $profiles): array
    {
        $failure = $this->failure($certificate);
        $successor = $this->successors->requested($certificate) ?? $this->successors->active($certificate);

        $prospect = RenewalProspect::of(
            $certificate->get('kind') === CertificateRecord::OF_KSEF,
            (bool) $certificate->get('autoRenew'),
            $failure !== [],
            static fn (): bool => $successor !== null,
            fn (): bool => $this->subjects->ofSubject($certificate) !== [],
        );

        $params = match ($prospect) {
            RenewalProspect::BeingRenewed => $successor ? ['successor' => Records::link($successor)] : [],
            RenewalProspect::NoLogin => ['portal' => $this->portals->ofFirst($profiles)],
            RenewalProspect::RenewsItself => ['date' => $this->renewalDate($certificate)],
            default => [],
        };

        $isAboutFailure = in_array($prospect, [RenewalProspect::BeingRenewed, RenewalProspect::Fails], true);

        return [new Message($prospect->value, $params), ...($isAboutFailure ? $failure : [])];
    }

    /**
     * The day from which a certificate with this end renews itself.
     */
    public static function dateOf(DateTimeImmutable $end): string
    {
        return $end->modify('-' . self::DAYS_BEFORE_END . ' days')->format('Y-m-d');
    }

    /**
     * @return list<Message> Why its renewal does not go on.
     */
    private function failure(Entity $certificate): array
    {
        $code = (string) $certificate->get('renewalCode');

        return $code === '' ? [] : [Message::recorded($code, $certificate->get('renewalParams'))];
    }

    private function renewalDate(Entity $certificate): string
    {
        return self::dateOf(StoredMoment::read($certificate->get('validTo')) ?? new DateTimeImmutable());
    }
}
