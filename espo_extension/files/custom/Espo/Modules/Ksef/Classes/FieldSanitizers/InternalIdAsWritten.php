<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\FieldSanitizers;

use Espo\Core\FieldSanitize\Sanitizer;
use Espo\Core\FieldSanitize\Sanitizer\Data;
use Espo\Modules\Ksef\Credentials\Identifier\InternalId;

/**
 * The identifier of a unit is taken as people write it.
 */
final class InternalIdAsWritten implements Sanitizer
{
    public function sanitize(Data $data, string $field): void
    {
        $value = $data->get($field);

        if (is_string($value)) {
            $data->set($field, InternalId::asWritten($value));
        }
    }
}
