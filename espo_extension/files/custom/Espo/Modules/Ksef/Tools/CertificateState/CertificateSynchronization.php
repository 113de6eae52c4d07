<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateState;

use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Tools\Jobs\JobOutcome;
use Espo\Modules\Ksef\Tools\Profile\SubjectProfiles;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\ORM\Entity;

/**
 * Asks KSeF once for each subject, and does with the list all that there is to do. Where KSeF or the bridge
 * is away, what was known last stays.
 */
final class CertificateSynchronization
{
    /** The limits are each context's own. */
    private const LIMITED = 'ksef-rate-limited';

    private bool $isBridgeAway = false;
    /** @var array<string, true> */
    private array $awayEnvironments = [];

    public function __construct(
        private readonly SubjectProfiles $subjects,
        private readonly ListedCertificates $listed,
        private readonly CertificatesMadeElsewhere $madeElsewhere,
        private readonly RecordByRecord $records,
    ) {}

    public function run(): JobOutcome
    {
        $this->isBridgeAway = false;
        $this->awayEnvironments = [];

        foreach ($this->subjects->bySubject() as $profiles) {
            foreach ($profiles as $profile) {
                // The first one that can log in tells of all of them.
                if ($this->isAway($profile) || $this->synchronize($profile)) {
                    break;
                }
            }
        }

        return $this->records->outcome();
    }

    private function isAway(Entity $profile): bool
    {
        return $this->isBridgeAway || isset($this->awayEnvironments[(string) $profile->get('environment')]);
    }

    /**
     * @return bool Whether KSeF gave its list.
     */
    private function synchronize(Entity $profile): bool
    {
        $isListed = false;
        $environment = (string) $profile->get('environment');

        $work = function () use ($profile, $environment, &$isListed): void {
            try {
                $listed = $this->listed->of($profile);
            } catch (BridgeProblem $problem) {
                if ($problem->isUnavailable() && $problem->messageCode !== self::LIMITED) {
                    // Nobody would fare better.
                    $this->awayEnvironments[$environment] = true;
                }

                throw $problem;
            }

            $isListed = true;
            $this->listed->write($listed, $environment);
            $this->madeElsewhere->announce($profile, $listed);
        };

        if ($this->records->attempt(Profiles::ENTITY_TYPE, $profile->getId(), $work)) {
            $this->isBridgeAway = true;
        }

        return $isListed;
    }
}
