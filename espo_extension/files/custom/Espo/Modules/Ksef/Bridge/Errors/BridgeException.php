<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

use RuntimeException;

/**
 * The base of everything that can go wrong between EspoCRM and the bridge.
 *
 * It carries a code of the message catalogue and the parameters of its text, never what was sent or
 * received: its own message is the code, so that it may stand in any log.
 */
abstract class BridgeException extends RuntimeException
{
    /**
     * @param array<string, string|int> $params
     * @param ?string $requestId The id under which the bridge's log names the request.
     */
    public function __construct(
        public readonly string $messageCode,
        public readonly array $params = [],
        public readonly ?string $requestId = null,
    ) {
        parent::__construct($messageCode);
    }
}
