<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Record;

use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * Records that must not go away: what stands in the way of deleting each, which names it.
 */
final readonly class DeletionObstacles
{
    /** KSeF needs minutes. A request that is older than this is not held against anybody. */
    private const AWAITED_DAYS = 3;

    public function __construct(
        private Certificates $certificates,
        private Refusals $refusals,
    ) {}

    /**
     * @param iterable<Entity> $records
     * @return list<Message>
     */
    public function of(string $entityType, iterable $records): array
    {
        return $entityType === Profiles::ENTITY_TYPE
            ? $this->requesting($records)
            : ($this->linked($records) ?: $this->awaited($records));
    }

    /**
     * Of certificates that a profile uses.
     *
     * @param iterable<Entity> $certificates
     * @return list<Message>
     */
    public function linked(iterable $certificates): array
    {
        $messages = [];

        foreach ($certificates as $certificate) {
            $profiles = $this->certificates->profilesOfAnyUse($certificate->getId());

            if ($profiles) {
                $messages[] = new Message('certificate-in-use', [
                    'certificate' => Records::link($certificate),
                    'profiles' => Records::links($profiles),
                ]);
            }
        }

        return $messages;
    }

    /**
     * Of records of requests that KSeF may still grant: whoever deletes one loses the key of a certificate that
     * counts.
     *
     * @param iterable<Entity> $certificates
     * @return list<Message>
     */
    public function awaited(iterable $certificates): array
    {
        $messages = [];

        foreach ($certificates as $certificate) {
            if ($this->mayBeIssued($certificate)) {
                $messages[] = new Message('certificate-may-still-be-issued', [
                    'certificate' => Records::link($certificate),
                    'days' => self::AWAITED_DAYS,
                ]);
            }
        }

        return $messages;
    }

    /**
     * Of profiles by whose login certificates are being requested: nobody would ask KSeF for what became of them.
     *
     * @param iterable<Entity> $profiles
     * @return list<Message>
     */
    public function requesting(iterable $profiles): array
    {
        $messages = [];

        foreach ($profiles as $profile) {
            $requested = $this->certificates->requested($profile->getId());

            if ($requested) {
                $messages[] = new Message('profile-has-requests', [
                    'profile' => Records::link($profile),
                    'certificates' => array_map(Records::link(...), $requested),
                ]);
            }
        }

        return $messages;
    }

    /**
     * @param list<Message> $obstacles
     * @throws Conflict There are some; all of them are told.
     */
    public function refuse(array $obstacles): void
    {
        if ($obstacles) {
            throw $this->refusals->conflict($obstacles);
        }
    }

    /**
     * KSeF is asked only once the record holds the key. What stands in the way of a request that was sent passes.
     */
    private function mayBeIssued(Entity $certificate): bool
    {
        return Certificates::isRequested($certificate)
            && (string) $certificate->get('privateKeySealed') !== ''
            && ((string) $certificate->get('enrolmentCode') === '' || $certificate->get('enrolmentSent'))
            && (string) $certificate->get('createdAt') > StoredMoment::fromNow('-' . self::AWAITED_DAYS . ' days');
    }
}
