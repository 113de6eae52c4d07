<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection;

use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;

/**
 * A finished connection test.
 */
final readonly class TestedConnection
{
    /**
     * @param bool $isNewFailure The connection fails in a way that was not known yet.
     */
    public function __construct(
        public ConnectionTest $test,
        public bool $isNewFailure,
    ) {}
}
