<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Bridge\Announcements\Announced;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;

/**
 * What KSeF announces of its failures and its maintenance, for other extensions. A public interface, as
 * AccessTokenProvider is.
 *
 * ```php
 * use Espo\Modules\Ksef\Bridge\Announcements\Announced;
 * use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
 * use Espo\Modules\Ksef\Tools\AnnouncementProvider;
 *
 * final class OfflineModeProposal
 * {
 *     public function __construct(private AnnouncementProvider $announcements) {}
 *
 *     public function proposed(): ?string
 *     {
 *         try {
 *             $announced = $this->announcements->getAnnouncements('Production');
 *         } catch (BridgeException) {
 *             return null;
 *         }
 *
 *         // Null while it is not known; a person decides.
 *         return match ($announced->status) {
 *             Announced::MAINTENANCE => 'unavailability',
 *             Announced::FAILURE => 'failure',
 *             default => null,
 *         };
 *     }
 * }
 * ```
 *
 * An answer takes milliseconds: it is what the bridge remembers. The bridge asks KSeF's service (Latarnia) at most
 * every five minutes and lets nobody wait for it. Nothing in this module is decided by it: it has been wrong, late
 * and away, and on Test and Demo it announces failures that never were.
 */
final readonly class AnnouncementProvider
{
    public function __construct(private BridgeClient $bridge) {}

    /**
     * @param string $environment Production, Demo or Test, as in a KsefProfile.
     * @throws BridgeException
     */
    public function getAnnouncements(string $environment): Announced
    {
        return $this->bridge->announcements($environment);
    }
}
