<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;

/**
 * Records of requests that KSeF may still grant: whoever deletes one loses the key of a certificate that
 * counts.
 */
final readonly class AwaitedCertificates
{
    /** KSeF needs minutes. What is older than this is not held against anybody. */
    private const DAYS = 3;

    public function __construct(
        private Certificates $certificates,
        private Refusals $refusals,
    ) {}

    /**
     * @param iterable<Entity> $certificates
     * @throws Conflict One of them may still be issued; all that may, are named.
     */
    public function refuse(iterable $certificates): void
    {
        $messages = $this->messages($certificates);

        if ($messages) {
            throw $this->refusals->conflict($messages);
        }
    }

    /**
     * @param iterable<Entity> $certificates
     * @return list<Message> What stands in the way of each.
     */
    public function messages(iterable $certificates): array
    {
        $messages = [];

        foreach ($certificates as $certificate) {
            if ($this->mayBeIssued($certificate)) {
                $messages[] = new Message('certificate-may-still-be-issued', [
                    'certificate' => $this->certificates->link($certificate),
                    'days' => self::DAYS,
                ]);
            }
        }

        return $messages;
    }

    /**
     * KSeF is asked only once the record holds the key.
     */
    private function mayBeIssued(Entity $certificate): bool
    {
        return Certificates::isRequested($certificate)
            && (string) $certificate->get('privateKeySealed') !== ''
            && (string) $certificate->get('enrolmentCode') === ''
            && $this->isRecent((string) $certificate->get('createdAt'));
    }

    private function isRecent(string $moment): bool
    {
        $utc = new DateTimeZone('UTC');

        return new DateTimeImmutable($moment, $utc) > new DateTimeImmutable('-' . self::DAYS . ' days', $utc);
    }
}
