<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Credentials\CertificateUse;
use Espo\ORM\Entity;

/**
 * The profiles that log in as the subject of a certificate: KSeF lets nobody else revoke it.
 */
final readonly class RevokingProfiles
{
    public function __construct(private SubjectProfiles $subjects) {}

    /**
     * Those that log in with another certificate come first: their login outlives this one.
     *
     * @return list<Entity>
     */
    public function of(Entity $certificate): array
    {
        $profiles = $this->subjects->ofSubject($certificate);

        $isByThisOne = static fn (Entity $profile): bool =>
            $profile->get(CertificateUse::Authorization->value . 'Id') === $certificate->getId();

        usort(
            $profiles,
            static fn (Entity $one, Entity $other): int => $isByThisOne($one) <=> $isByThisOne($other),
        );

        return $profiles;
    }
}
