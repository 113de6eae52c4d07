<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\InputFilters\KsefProfile;

use Espo\Core\Record\Input\Data;
use Espo\Core\Record\Input\Filter;
use stdClass;

/**
 * A profile has one phone number. EspoCRM's form sends a list along that never is what was read, so that every
 * save would look like a change of it.
 */
final class OnePhoneNumber implements Filter
{
    public function filter(Data $data): void
    {
        $list = $data->get('phoneNumberData');

        if (is_array($list) && !$data->has('phoneNumber')) {
            $data->set('phoneNumber', $this->primary($list));
        }

        $data->clear('phoneNumberData');
    }

    /**
     * @param array<mixed> $list
     */
    private function primary(array $list): mixed
    {
        $entries = array_filter($list, static fn (mixed $entry): bool => $entry instanceof stdClass);

        foreach ($entries as $entry) {
            if ($entry->primary ?? false) {
                return $entry->phoneNumber ?? null;
            }
        }

        return array_values($entries)[0]->phoneNumber ?? null;
    }
}
