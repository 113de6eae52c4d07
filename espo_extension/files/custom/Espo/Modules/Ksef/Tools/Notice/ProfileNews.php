<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use Espo\Core\Field\LinkParent;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;

/**
 * What there is to tell of profiles that cannot connect, or soon cannot.
 */
final readonly class ProfileNews
{
    public function __construct(private Portals $portals) {}

    /**
     * @param ?Message $reason Why.
     */
    public function connectionLost(Entity $profile, ?Message $reason): News
    {
        $params = ['profile' => Records::link($profile)];

        return new News(
            array_values(array_filter([new Message('connection-lost', $params), $reason])),
            $this->about($profile->getId()),
            new Message('mail-connection-lost', $params),
        );
    }

    /**
     * As one e-mail: when KSeF is away, every profile loses its connection.
     *
     * @param non-empty-list<News> $lost
     */
    public function connectionsLost(array $lost): News
    {
        return count($lost) === 1
            ? $lost[0]
            : new News(
                array_merge(...array_column($lost, 'messages')),
                $lost[0]->about,
                new Message('mail-connections-lost', ['count' => count($lost)]),
            );
    }

    /**
     * The bridge is away, so that no connection can be checked.
     *
     * @param Entity $profile At whose check that was found.
     */
    public function bridgeAway(Entity $profile, Message $reason): News
    {
        return new News([new Message('connections-not-checked'), $reason], $this->about($profile->getId()));
    }

    /**
     * @param string $code Which end of tokens it is.
     * @param array<string, string|int> $until Its day, and what was announced.
     * @param non-empty-list<RecordLink> $profiles That use one, all of this environment.
     */
    public function tokensEnd(string $code, array $until, array $profiles, string $environment): News
    {
        return new News(
            [
                new Message($code, $until + ['profiles' => $profiles, 'environment' => $environment]),
                new Message('tokens-end-ways', ['portal' => $this->portals->of($environment)]),
            ],
            $this->about($profiles[0]->id),
            new Message('mail-tokens-end', $until),
        );
    }

    private function about(string $profileId): LinkParent
    {
        return LinkParent::create(Profiles::ENTITY_TYPE, $profileId);
    }
}
