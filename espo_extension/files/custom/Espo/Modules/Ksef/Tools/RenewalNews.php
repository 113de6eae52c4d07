<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\WebAddress;
use Espo\ORM\Entity;

/**
 * What there is to tell of certificates that are renewed.
 */
final readonly class RenewalNews
{
    public function __construct(
        private Certificates $certificates,
        private Profiles $profiles,
    ) {}

    public function failed(Entity $certificate, Message $reason): News
    {
        $params = [
            'certificate' => $this->certificates->link($certificate),
            'date' => substr((string) $certificate->get('validTo'), 0, 10),
        ];

        return new News(
            [new Message('renewal-failed', $params), $reason],
            $this->about($certificate),
            new Message('mail-renewal-failed', $params),
        );
    }

    /**
     * @param array<string, Entity> $profiles That use the successor now.
     */
    public function renewed(Entity $certificate, Entity $successor, array $profiles): News
    {
        $params = [
            'certificate' => $this->certificates->link($certificate),
            'successor' => $this->certificates->link($successor),
            'date' => substr((string) $successor->get('validTo'), 0, 10),
        ];

        $messages = [
            new Message('certificate-renewed', $params),
            $profiles
                ? new Message('certificate-renewed-for', ['profiles' => $this->profiles->links($profiles)])
                : new Message('certificate-renewed-for-none'),
        ];

        $packageId = $successor->get('packageId');

        if ($packageId) {
            $messages[] = new Message('renewal-package', ['package' => WebAddress::ofFile($packageId)]);
        }

        return new News($messages, $this->about($successor), new Message('mail-certificate-renewed', $params));
    }

    private function about(Entity $certificate): LinkParent
    {
        return LinkParent::create(Certificates::ENTITY_TYPE, $certificate->getId());
    }
}
