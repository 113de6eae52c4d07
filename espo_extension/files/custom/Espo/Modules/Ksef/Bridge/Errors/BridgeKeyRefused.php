<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

/**
 * The bridge does not know the API key, or the key may not do this.
 */
final class BridgeKeyRefused extends BridgeException
{
}
