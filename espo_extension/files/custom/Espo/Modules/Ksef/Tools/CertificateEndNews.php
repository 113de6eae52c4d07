<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Core\Utils\Metadata;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\WebAddress;
use Espo\ORM\Entity;

/**
 * What there is to tell of a certificate that came to its end.
 */
final readonly class CertificateEndNews
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
        private Metadata $metadata,
    ) {}

    /**
     * @param iterable<Entity> $profiles That use it.
     */
    public function ended(Entity $certificate, iterable $profiles): News
    {
        $params = [
            'certificate' => $this->certificates->link($certificate),
            'status' => (string) $certificate->get('status'),
        ];

        $messages = [new Message('certificate-ended', $params)];
        $links = $this->profiles->links($profiles);

        if ($links) {
            $messages[] = new Message('certificate-ended-in-use', [
                'profiles' => $links,
                'portal' => $this->portal($profiles),
            ]);
        }

        return new News(
            $messages,
            LinkParent::create(Certificates::ENTITY_TYPE, $certificate->getId()),
            new Message('mail-certificate-ended', $params),
        );
    }

    public function restored(Entity $certificate): News
    {
        $params = [
            'certificate' => $this->certificates->link($certificate),
            'status' => (string) $certificate->get('status'),
        ];

        return new News(
            [new Message('certificate-restored', $params)],
            LinkParent::create(Certificates::ENTITY_TYPE, $certificate->getId()),
            new Message('mail-certificate-restored', $params),
        );
    }

    /**
     * @param iterable<Entity> $profiles
     */
    private function portal(iterable $profiles): WebAddress
    {
        foreach ($profiles as $profile) {
            $url = $this->metadata->get(['app', 'ksef', 'portalUrls', (string) $profile->get('environment')]);

            if ($url) {
                return new WebAddress((string) $url);
            }
        }

        return new WebAddress('#KsefCertificate');
    }
}
