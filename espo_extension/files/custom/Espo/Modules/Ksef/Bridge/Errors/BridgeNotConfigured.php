<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

/**
 * EspoCRM has no URL or no usable API key of the bridge.
 */
final class BridgeNotConfigured extends BridgeException
{
}
