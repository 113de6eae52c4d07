<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

/**
 * Somebody answers at the bridge's URL, but not as the bridge does.
 */
final class BridgeAnswerUnreadable extends BridgeException
{
}
