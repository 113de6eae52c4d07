<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use DateTimeImmutable;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
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
        if ($certificate->get('kind') !== CertificateRecord::OF_KSEF) {
            return [new Message('certificate-ends-issued-elsewhere')];
        }

        $failure = $this->failure($certificate);
        $successor = $this->successors->requested($certificate) ?? $this->successors->active($certificate);

        if ($successor) {
            $params = ['successor' => Records::link($successor)];

            return [new Message('certificate-ends-being-renewed', $params), ...$failure];
        }

        if (!$this->subjects->ofSubject($certificate)) {
            return [new Message('certificate-ends-no-login', ['portal' => $this->portals->ofFirst($profiles)])];
        }

        if (!$certificate->get('autoRenew')) {
            return [new Message('certificate-ends-renew-by-hand')];
        }

        return $failure
            ? [new Message('certificate-ends-renewal-fails'), ...$failure]
            : [new Message('certificate-ends-renews-itself', ['date' => $this->renewalDate($certificate)])];
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
        $end = StoredMoment::read($certificate->get('validTo')) ?? new DateTimeImmutable();

        return $end->modify('-' . self::DAYS_BEFORE_END . ' days')->format('Y-m-d');
    }
}
