<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Errors;

/**
 * The URL is none to which a secret may be sent.
 */
final class BridgeUrlNotAllowed extends BridgeException
{
}
