<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\ListedCertificate;
use Espo\ORM\Entity;

/**
 * What KSeF lists, asked for with the patience that a nightly job has.
 */
final readonly class ListedCertificates
{
    /** The bridge is at work, or keeps to KSeF's limits. */
    private const PASSING = [LoginPatience::UNDER_WAY, 'ksef-rate-limited'];
    private const PATIENCE_SECONDS = 60;

    public function __construct(
        private BridgeClient $bridge,
        private RefusedUses $refused,
    ) {}

    /**
     * @return list<ListedCertificate>
     * @throws BridgeException
     */
    public function of(Entity $profile): array
    {
        $end = time() + self::PATIENCE_SECONDS;

        while (true) {
            try {
                return $this->bridge->listedCertificates($profile->getId());
            } catch (BridgeProblem $problem) {
                $pause = max(1, $problem->retryAfter ?? 1);

                if (!in_array($problem->messageCode, self::PASSING, true) || time() + $pause > $end) {
                    $this->refused->endBy($profile->getId(), $problem->messageCode, $problem->params);

                    throw $problem;
                }

                sleep($pause);
            }
        }
    }
}
