<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection;

use Closure;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;

/**
 * The bridge answers within seconds, also while KSeF is still working on a login: it is asked again.
 */
final class LoginPatience
{
    public const UNDER_WAY = 'login-in-progress';

    private const ATTEMPTS = 4;
    private const SECONDS_BETWEEN = 2;

    /**
     * @template T
     * @param Closure(): T $call
     * @param ?Closure(T): bool $isUnderWay For an answer that may itself say so.
     * @return T The last answer.
     * @throws BridgeException
     */
    public static function ask(Closure $call, ?Closure $isUnderWay = null): mixed
    {
        for ($left = self::ATTEMPTS - 1; ; $left--) {
            try {
                $answer = $call();

                if ($left === 0 || $isUnderWay === null || !$isUnderWay($answer)) {
                    return $answer;
                }
            } catch (BridgeProblem $problem) {
                if ($left === 0 || $problem->messageCode !== self::UNDER_WAY) {
                    throw $problem;
                }
            }

            sleep(self::SECONDS_BETWEEN);
        }
    }
}
