<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

/**
 * Nobody answers at the bridge's URL, not in time, or not with a trusted TLS certificate.
 */
final class BridgeUnreachable extends BridgeException
{
}
