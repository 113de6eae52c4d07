<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\FieldSanitizers;

use Espo\Core\FieldSanitize\Sanitizer;
use Espo\Core\FieldSanitize\Sanitizer\Data;
use Espo\Modules\Ksef\Credentials\Identifier\Nip;

/**
 * A NIP is taken as people write it.
 */
final class NipAsWritten implements Sanitizer
{
    public function sanitize(Data $data, string $field): void
    {
        $value = $data->get($field);

        if (is_string($value)) {
            $data->set($field, Nip::asWritten($value));
        }
    }
}
