<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

/**
 * The bridge speaks another version of the interface than this extension.
 */
final class BridgeContractUnsupported extends BridgeException
{
}
