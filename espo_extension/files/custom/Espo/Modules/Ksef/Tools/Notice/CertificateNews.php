<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use Espo\Core\Field\LinkParent;
use Espo\Modules\Ksef\Bridge\Enrolment\ListedCertificate;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\Modules\Ksef\Messages\WebAddress;
use Espo\Modules\Ksef\Tools\Profile\FittingCertificates;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Renewal\RenewalOutlook;
use Espo\ORM\Entity;

/**
 * What there is to tell of certificates.
 */
final readonly class CertificateNews
{
    public function __construct(
        private RenewalOutlook $outlook,
        private Portals $portals,
        private FittingCertificates $fitting,
    ) {}

    /**
     * @param Entity $certificate As it is stored; its package is there unless the record says why not.
     * @param ?Entity $profile In which it was linked at once.
     */
    public function issued(Entity $certificate, ?Entity $profile): News
    {
        $packageId = $certificate->get('packageId');
        $link = $this->link($certificate);

        $messages = match (true) {
            $profile !== null => $this->linked($certificate, $profile),
            (bool) $packageId => [
                new Message('certificate-issued', $link + ['package' => WebAddress::ofFile($packageId)]),
            ],
            default => [new Message('certificate-issued-without-package', $link), ...$this->reason($certificate)],
        };

        return $this->about($certificate, $messages, new Message('mail-certificate-issued', $link));
    }

    /**
     * @return list<Message>
     */
    private function linked(Entity $certificate, Entity $profile): array
    {
        $code = $certificate->get('type') === 'Offline' ? 'certificate-issued-for-offline' : 'certificate-issued-for-login';

        return [
            new Message($code, $this->link($certificate) + ['profile' => Records::link($profile)]),
            ...$this->package('certificate-package', $certificate),
            ...$this->reason($certificate),
        ];
    }

    /**
     * @return list<Message>
     */
    private function package(string $code, Entity $certificate): array
    {
        $packageId = $certificate->get('packageId');

        return $packageId ? [new Message($code, ['package' => WebAddress::ofFile($packageId)])] : [];
    }

    public function rejected(Entity $certificate): News
    {
        $link = $this->link($certificate);
        $messages = [new Message('certificate-not-issued-for-request', $link), ...$this->reason($certificate)];

        return $this->about($certificate, $messages, new Message('mail-certificate-rejected', $link));
    }

    /**
     * @param Entity $profile By which it was found.
     */
    public function madeElsewhere(Entity $profile, ListedCertificate $certificate): News
    {
        $params = [
            'name' => $certificate->name,
            'type' => new OptionName(Certificates::ENTITY_TYPE, 'type', $certificate->type),
            'serialNumber' => $certificate->serialNumber,
            'date' => $certificate->validTo->format('Y-m-d'),
            'profile' => Records::link($profile),
            'portal' => $this->portals->of((string) $profile->get('environment')),
        ];

        return new News(
            [new Message('certificate-made-elsewhere', $params)],
            LinkParent::create(Profiles::ENTITY_TYPE, $profile->getId()),
            new Message('mail-certificate-made-elsewhere', ['name' => $certificate->name]),
        );
    }

    /**
     * That it comes to its end: whose it is, until when, who uses it, and what happens or is to be done.
     *
     * @param iterable<Entity> $profiles That use it.
     */
    public function ends(Entity $certificate, iterable $profiles, int $daysLeft): News
    {
        $until = $this->link($certificate) + ['date' => $this->lastDay($certificate), 'days' => $daysLeft];
        $links = Records::links($profiles);
        $messages = [new Message('certificate-ends', $until + $this->owner($certificate))];

        $messages = $links
            ? [
                ...$messages,
                new Message('certificate-ends-used', ['profiles' => $links]),
                ...$this->outlook->of($certificate, $profiles),
            ]
            : [...$messages, new Message('certificate-ends-unused')];

        return $this->about($certificate, $messages, new Message('mail-certificate-ends', $until));
    }

    /**
     * @param iterable<Entity> $profiles That use it.
     */
    public function ended(Entity $certificate, iterable $profiles): News
    {
        $params = $this->link($certificate) + ['status' => (string) $certificate->get('status')];
        $messages = [new Message('certificate-ended', $params)];
        $links = Records::links($profiles);

        if ($links) {
            $messages[] = new Message('certificate-ended-in-use', [
                'profiles' => $links,
                'portal' => $this->portals->ofFirst($profiles),
            ]);
        }

        $messages = [...$messages, ...$this->inItsPlace($profiles)];

        return $this->about($certificate, $messages, new Message('mail-certificate-ended', $params));
    }

    /**
     * @param iterable<Entity> $profiles
     * @return list<Message> What each of them can use from now on.
     */
    private function inItsPlace(iterable $profiles): array
    {
        $messages = [];

        foreach ($profiles as $profile) {
            $certificates = array_merge(...array_values($this->fitting->inPlaceOfEnded($profile)));

            if ($certificates) {
                $messages[] = new Message('certificate-ended-link-another', [
                    'profile' => Records::link($profile),
                    'certificates' => Records::links($certificates),
                ]);
            }
        }

        return $messages;
    }

    public function restored(Entity $certificate): News
    {
        $params = $this->link($certificate) + ['status' => (string) $certificate->get('status')];

        return $this->about(
            $certificate,
            [new Message('certificate-restored', $params)],
            new Message('mail-certificate-restored', $params),
        );
    }

    public function renewalFailed(Entity $certificate, Message $reason): News
    {
        $params = $this->link($certificate) + ['date' => $this->lastDay($certificate)];

        return $this->about(
            $certificate,
            [new Message('renewal-failed', $params), $reason],
            new Message('mail-renewal-failed', $params),
        );
    }

    /**
     * @param array<string, Entity> $profiles That use the successor now.
     */
    public function renewed(Entity $certificate, Entity $successor, array $profiles): News
    {
        $params = $this->link($certificate) + [
            'successor' => Records::link($successor),
            'date' => $this->lastDay($successor),
        ];

        $messages = [
            new Message('certificate-renewed', $params),
            $profiles
                ? new Message('certificate-renewed-for', ['profiles' => Records::links($profiles)])
                : new Message('certificate-renewed-for-none'),
        ];

        $messages = [...$messages, ...$this->package('renewal-package', $successor)];

        return $this->about($successor, $messages, new Message('mail-certificate-renewed', $params));
    }

    /**
     * @param list<Message> $messages
     */
    private function about(Entity $certificate, array $messages, Message $subject): News
    {
        return new News($messages, LinkParent::create(Certificates::ENTITY_TYPE, $certificate->getId()), $subject);
    }

    /**
     * @return array{certificate: RecordLink}
     */
    private function link(Entity $certificate): array
    {
        return ['certificate' => Records::link($certificate)];
    }

    private function lastDay(Entity $certificate): string
    {
        return substr((string) $certificate->get('validTo'), 0, 10);
    }

    /**
     * @return list<Message> Why it was rejected, or brought no package.
     */
    private function reason(Entity $certificate): array
    {
        $code = (string) $certificate->get('enrolmentCode');

        return $code === '' ? [] : [Message::recorded($code, $certificate->get('enrolmentParams'))];
    }

    /**
     * @return array{type: OptionName, owner: string}
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
