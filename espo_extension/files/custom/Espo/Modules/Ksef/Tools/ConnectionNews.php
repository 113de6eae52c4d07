<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Field\LinkParent;
use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;

/**
 * What there is to tell of profiles that can no longer connect.
 */
final readonly class ConnectionNews
{
    public function __construct(private Profiles $profiles) {}

    /**
     * @param ?Message $reason Why.
     */
    public function lost(Entity $profile, ?Message $reason): News
    {
        $params = ['profile' => $this->profiles->link($profile)];

        return new News(
            array_values(array_filter([new Message('connection-lost', $params), $reason])),
            LinkParent::create(Profiles::ENTITY_TYPE, $profile->getId()),
            new Message('mail-connection-lost', $params),
        );
    }

    /**
     * As one e-mail: when KSeF is away, every profile loses its connection.
     *
     * @param non-empty-list<News> $lost
     */
    public function together(array $lost): News
    {
        return count($lost) === 1
            ? $lost[0]
            : new News(
                array_merge(...array_column($lost, 'messages')),
                $lost[0]->about,
                new Message('mail-connections-lost', ['count' => count($lost)]),
            );
    }
}
