<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Controllers;

use Espo\Core\Controllers\Record;

/**
 * For administrators only.
 */
class KsefCertificate extends Record
{
    protected function checkAccess(): bool
    {
        return $this->user->isAdmin();
    }
}
