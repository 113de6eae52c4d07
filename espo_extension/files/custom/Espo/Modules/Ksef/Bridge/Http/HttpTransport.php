<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Http;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUnreachable;

/**
 * Carries one call to the bridge and its answer back.
 */
interface HttpTransport
{
    /**
     * @throws BridgeUnreachable
     * @throws BridgeAnswerUnreadable What answers does not speak HTTP, or says too much.
     */
    public function send(BridgeUrl $url, HttpRequest $request): HttpAnswer;
}
