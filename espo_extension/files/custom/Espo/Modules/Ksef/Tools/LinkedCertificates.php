<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;

/**
 * Certificates that a profile uses must not go away.
 */
final readonly class LinkedCertificates
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
        private Refusals $refusals,
    ) {}

    /**
     * @param iterable<Entity> $certificates
     * @throws Conflict One of them is linked; all that are, are named.
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
            $profiles = $this->certificates->profilesOfAnyUse($certificate->getId());

            if ($profiles) {
                $messages[] = new Message('certificate-in-use', [
                    'certificate' => $this->certificates->link($certificate),
                    'profiles' => $this->profiles->links($profiles),
                ]);
            }
        }

        return $messages;
    }
}
