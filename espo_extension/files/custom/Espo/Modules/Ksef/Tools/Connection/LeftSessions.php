<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Sessions at KSeF that may be open though their profile is inactive or deleted. The profile says so itself
 * for as long as it can log in, so that no kill and no way of deleting leaves one behind.
 */
final readonly class LeftSessions
{
    /** Since the profile was last active its sessions were not ended. */
    public const MAY_BE_OPEN = 'sessionsMayBeOpen';

    private const INACTIVE = 'Inactive';
    private const NOT_KNOWN = 'profile-not-found';

    public function __construct(
        private EntityManager $entityManager,
        private BridgeClient $bridge,
    ) {}

    public static function areLeft(Entity $profile): bool
    {
        return $profile->get(self::MAY_BE_OPEN)
            && ($profile->get('deleted') || $profile->get('status') === self::INACTIVE);
    }

    /**
     * @return list<Entity> Profiles, deleted ones among them.
     */
    public function profiles(): array
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select()
            ->from(Profiles::ENTITY_TYPE)
            ->where([
                self::MAY_BE_OPEN => true,
                'OR' => [['deleted' => true], ['status' => self::INACTIVE]],
            ])
            ->withDeleted()
            ->build();

        $profiles = $this->entityManager->getRDBRepository(Profiles::ENTITY_TYPE)->clone($query)->find();

        return array_values(iterator_to_array($profiles));
    }

    /**
     * @param Entity $profile Inactive or deleted, as it is stored.
     * @param ?int $timeout As for the bridge's call.
     * @throws BridgeException They may live on.
     */
    public function end(Entity $profile, ?int $timeout = null): void
    {
        try {
            $this->bridge->revokeSessions($profile->getId(), $timeout);
        } catch (BridgeProblem $problem) {
            // What the bridge has never heard of has no session.
            if ($problem->messageCode !== self::NOT_KNOWN) {
                throw $problem;
            }
        }

        $this->noteEnded($profile);
    }

    /**
     * Past the hooks, of deleted records, too, and only where the profile was not active again meanwhile.
     */
    public function noteEnded(Entity $profile): void
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->update()
            ->in(Profiles::ENTITY_TYPE)
            ->set([self::MAY_BE_OPEN => false])
            ->where([
                'id' => $profile->getId(),
                'versionNumber' => $profile->get('versionNumber'),
                'OR' => [['deleted' => true], ['status' => self::INACTIVE]],
            ])
            ->build();

        $this->entityManager->getQueryExecutor()->execute($query);
        $profile->set(self::MAY_BE_OPEN, false);
    }
}
