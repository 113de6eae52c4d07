<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection;

use Espo\Core\Exceptions\Conflict;
use Espo\Core\Utils\DateTime;
use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Connection\Step;
use Espo\Modules\Ksef\Bridge\Connection\StepStatus;
use Espo\Modules\Ksef\Credentials\Privilege\AcknowledgedRights;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use stdClass;

/**
 * A warning of rights that EspoCRM does not need, which an administrator knows of and leaves as it is: who and when
 * stands in the profile, and tests do not warn of the same again.
 */
final readonly class RightsAcknowledgements
{
    private const ACKNOWLEDGED = ['acknowledgedCode', 'acknowledgedParams', 'acknowledgedAt', 'acknowledgedById'];

    public function __construct(
        private User $user,
        private Refusals $refusals,
    ) {}

    /**
     * The test without the warning that was acknowledged. Where no right is unneeded any more the acknowledgement
     * has served; the caller saves.
     */
    public function applied(Entity $profile, ConnectionTest $test): ConnectionTest
    {
        $acknowledged = new AcknowledgedRights(
            (string) $profile->get('acknowledgedCode'),
            self::params($profile->get('acknowledgedParams')),
        );

        $steps = array_map(
            fn (Step $step): Step => $step->warnsOfUnneededRights()
                && $acknowledged->cover((string) $step->code, $step->params)
                    ? $this->acknowledged($step, $profile)
                    : $step,
            $test->steps,
        );

        if ($test->areRightsInOrder()) {
            $profile->set(array_fill_keys(self::ACKNOWLEDGED, null));
        }

        return new ConnectionTest($test->isOk, $steps, $test->permissions);
    }

    /**
     * Note that the warning which stands in the profile is known; the caller saves.
     *
     * @param ?string $seen The rights that whoever acknowledges has read of; null for those of the profile.
     * @throws Conflict
     */
    public function acknowledge(Entity $profile, ?string $seen): void
    {
        $code = (string) $profile->get('permissionsCode');
        $params = $profile->get('permissionsParams');

        if ($code === '') {
            throw $this->refusals->conflict([
                new Message('permissions-nothing-to-acknowledge', ['profile' => Records::link($profile)]),
            ]);
        }

        $unneeded = (string) (self::params($params)['unneeded'] ?? '');

        if ($seen !== null && $seen !== $unneeded) {
            throw $this->refusals->conflict([new Message('permissions-changed', ['unneeded' => $unneeded])]);
        }

        $profile->set([
            'acknowledgedCode' => $code,
            'acknowledgedParams' => $params,
            'acknowledgedAt' => DateTime::getSystemNowString(),
            'acknowledgedById' => $this->user->getId(),
            'acknowledgedByName' => $this->user->get('name'),
            'permissionsCode' => null,
            'permissionsParams' => null,
        ]);
    }

    private function acknowledged(Step $step, Entity $profile): Step
    {
        $params = ['date' => substr((string) $profile->get('acknowledgedAt'), 0, 10)] + $step->params;

        return new Step(
            $step->name,
            StepStatus::Ok,
            $step->durationMilliseconds,
            'permissions-acknowledged',
            $params,
        );
    }

    /**
     * @return array<string, mixed>
     */
    private static function params(mixed $stored): array
    {
        return $stored instanceof stdClass ? get_object_vars($stored) : [];
    }
}
