<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\FieldValidators;

use Espo\Core\FieldValidation\Validator;
use Espo\Core\FieldValidation\Validator\Data;
use Espo\Core\FieldValidation\Validator\Failure;
use Espo\ORM\Entity;

/**
 * The empty option, which stands first so that no form chooses silently, is no choice. Told in the words
 * of EspoCRM's own check, after which this one is named.
 *
 * @implements Validator<Entity>
 */
final class Required implements Validator
{
    public function validate(Entity $entity, string $field, Data $data): ?Failure
    {
        return $entity->get($field) === '' ? Failure::create() : null;
    }
}
