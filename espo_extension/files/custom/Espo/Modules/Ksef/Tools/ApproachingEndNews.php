<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\ORM\Entity;

/**
 * What there is to tell of a certificate that comes to its end: whose it is, until when, who uses it, and
 * what happens or is to be done.
 */
final readonly class ApproachingEndNews
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
        private RenewalOutlook $outlook,
    ) {}

    /**
     * @param iterable<Entity> $profiles That use it.
     */
    public function of(Entity $certificate, iterable $profiles, int $daysLeft): News
    {
        $link = ['certificate' => $this->certificates->link($certificate)];
        $until = ['date' => substr((string) $certificate->get('validTo'), 0, 10), 'days' => $daysLeft];
        $profileLinks = $this->profiles->links($profiles);

        $messages = [
            new Message('certificate-ends', $link + $until + $this->owner($certificate)),
            $profileLinks
                ? new Message('certificate-ends-used', ['profiles' => $profileLinks])
                : new Message('certificate-ends-unused'),
        ];

        if ($profileLinks) {
            $messages = [...$messages, ...$this->outlook->of($certificate, $profiles)];
        }

        return new News(
            $messages,
            LinkParent::create(Certificates::ENTITY_TYPE, $certificate->getId()),
            new Message('mail-certificate-ends', $link + $until),
        );
    }

    /**
     * @return array<string, mixed>
     */
    private function owner(Entity $certificate): array
    {
        $identifier = (string) $certificate->get('identifierType');
        $isNamed = in_array($identifier, ['Nip', 'Pesel'], true);

        // Of a qualified one the type may not be told.
        $field = (string) $certificate->get('type') !== '' ? 'type' : 'kind';

        return [
            'type' => new OptionName(Certificates::ENTITY_TYPE, $field, (string) $certificate->get($field)),
            'owner' => $isNamed
                ? strtoupper($identifier) . ' ' . $certificate->get('identifierValue')
                : (string) $certificate->get('subjectName'),
        ];
    }
}
