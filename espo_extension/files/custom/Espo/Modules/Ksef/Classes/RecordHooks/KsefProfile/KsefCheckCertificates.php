<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefProfile;

use DateTimeImmutable;
use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\Modules\Ksef\Tools\Wording\SavedFindings;
use Espo\ORM\Entity;

/**
 * A profile links certificates that it can use. Looked at when a link changes, and when the profile
 * begins to need it, so that a profile whose certificate has expired can still be renamed. That a
 * certificate is somebody else's is told when it is linked.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefCheckCertificates implements SaveHook
{
    public function __construct(
        private Certificates $certificates,
        private Refusals $refusals,
        private SavedFindings $findings,
    ) {}

    public function process(Entity $entity): void
    {
        $messages = [];

        foreach (CertificateUse::cases() as $use) {
            if ($this->isToBeChecked($entity, $use)) {
                $messages[] = $this->refusal($entity, $use);
            }
        }

        $messages = array_values(array_filter($messages));

        if ($messages) {
            throw $this->refusals->badRequest($messages);
        }

        $this->findings->add($entity, $this->remarks($entity));
    }

    private function isToBeChecked(Entity $profile, CertificateUse $use): bool
    {
        $attribute = $use->idAttribute();

        if (!$profile->get($attribute)) {
            return false;
        }

        return $profile->isNew()
            || $profile->isAttributeChanged($attribute)
            || $this->becomes($profile, 'status', 'Active')
            || $use === CertificateUse::Authorization && $this->becomes($profile, 'authorizationType', 'Certificate');
    }

    /**
     * @return list<Message>
     */
    private function remarks(Entity $profile): array
    {
        $remarks = [];

        foreach (CertificateUse::cases() as $use) {
            $attribute = $use->idAttribute();
            $isLinked = $profile->get($attribute) && ($profile->isNew() || $profile->isAttributeChanged($attribute));
            $certificate = $isLinked ? $this->certificates->find($profile->get($attribute)) : null;
            $remarks[] = $certificate ? $use->remark($certificate, (string) $profile->get('nip')) : null;
        }

        return array_values(array_filter($remarks));
    }

    private function becomes(Entity $profile, string $attribute, string $value): bool
    {
        return $profile->isAttributeChanged($attribute) && $profile->get($attribute) === $value;
    }

    private function refusal(Entity $profile, CertificateUse $use): ?Message
    {
        $certificate = $this->certificates->find($profile->get($use->idAttribute()));

        if (!$certificate) {
            return new Message('linked-certificate-not-found', field: $use->value);
        }

        return $use->refusal($certificate, (string) $profile->get('environment'), new DateTimeImmutable());
    }
}
