<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\InputFilters\KsefProfile;

use Espo\Core\Record\Input\Data;
use Espo\Core\Record\Input\Filter;
use stdClass;

/**
 * A profile has one e-mail address and one phone number. EspoCRM's form sends a list of them along that
 * never is what was read, so that every save would look like a change of both.
 */
final class OneAddress implements Filter
{
    private const FIELDS = ['emailAddress', 'phoneNumber'];

    public function filter(Data $data): void
    {
        foreach (self::FIELDS as $field) {
            $list = $data->get($field . 'Data');

            if (is_array($list) && !$data->has($field)) {
                $data->set($field, $this->primary($list)->$field ?? null);
            }

            $data->clear($field . 'Data');
        }
    }

    /**
     * @param array<mixed> $list
     */
    private function primary(array $list): ?stdClass
    {
        $entries = array_filter($list, static fn (mixed $entry): bool => $entry instanceof stdClass);

        foreach ($entries as $entry) {
            if ($entry->primary ?? false) {
                return $entry;
            }
        }

        return array_values($entries)[0] ?? null;
    }
}
