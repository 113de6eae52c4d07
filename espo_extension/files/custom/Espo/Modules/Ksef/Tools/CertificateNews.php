<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Core\Utils\Metadata;
use Espo\Modules\Ksef\Bridge\ListedCertificate;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\WebAddress;
use Espo\ORM\Entity;

/**
 * What there is to tell of certificates that were requested.
 */
final readonly class CertificateNews
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
        private Metadata $metadata,
    ) {}

    /**
     * @param Entity $certificate As it is stored; its package is there unless the record says why not.
     */
    public function issued(Entity $certificate): News
    {
        $packageId = $certificate->get('packageId');
        $link = ['certificate' => $this->certificates->link($certificate)];

        $messages = $packageId
            ? [new Message('certificate-issued', $link + ['package' => WebAddress::ofFile($packageId)])]
            : [new Message('certificate-issued-without-package', $link), ...$this->reason($certificate)];

        return new News($messages, $this->about($certificate), new Message('mail-certificate-issued', $link));
    }

    public function rejected(Entity $certificate): News
    {
        $link = ['certificate' => $this->certificates->link($certificate)];

        return new News(
            [new Message('certificate-not-issued-for-request', $link), ...$this->reason($certificate)],
            $this->about($certificate),
            new Message('mail-certificate-rejected', $link),
        );
    }

    /**
     * @param Entity $profile By which it was found.
     */
    public function madeElsewhere(Entity $profile, ListedCertificate $certificate): News
    {
        $environment = (string) $profile->get('environment');
        $params = [
            'name' => $certificate->name,
            'type' => new OptionName(Certificates::ENTITY_TYPE, 'type', $certificate->type),
            'serialNumber' => $certificate->serialNumber,
            'date' => $certificate->validTo->format('Y-m-d'),
            'profile' => $this->profiles->link($profile),
            'portal' => new WebAddress((string) $this->metadata->get(['app', 'ksef', 'portalUrls', $environment])),
        ];

        return new News(
            [new Message('certificate-made-elsewhere', $params)],
            LinkParent::create(Profiles::ENTITY_TYPE, $profile->getId()),
            new Message('mail-certificate-made-elsewhere', ['name' => $certificate->name]),
        );
    }

    /**
     * @return list<Message>
     */
    private function reason(Entity $certificate): array
    {
        $code = (string) $certificate->get('enrolmentCode');
        $params = $certificate->get('enrolmentParams');

        return $code === '' ? [] : [Message::recorded($code, $params)];
    }

    private function about(Entity $certificate): LinkParent
    {
        return LinkParent::create(Certificates::ENTITY_TYPE, $certificate->getId());
    }
}
