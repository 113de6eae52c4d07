<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\FieldSanitizers;

use Espo\Core\FieldSanitize\Sanitizer;
use Espo\Core\FieldSanitize\Sanitizer\Data;
use Espo\Modules\Ksef\Credentials\Identifier\InternalId;
use Espo\Modules\Ksef\Credentials\Identifier\Nip;

/**
 * The identifiers of a profile are taken as people write them.
 */
final class IdentifierAsWritten implements Sanitizer
{
    public function sanitize(Data $data, string $field): void
    {
        $value = $data->get($field);

        if (is_string($value)) {
            $data->set($field, match ($field) {
                'nip' => Nip::asWritten($value),
                'internalId' => InternalId::asWritten($value),
            });
        }
    }
}
