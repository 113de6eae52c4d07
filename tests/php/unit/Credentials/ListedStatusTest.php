<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\ListedStatus;
use PHPUnit\Framework\TestCase;

/**
 * KSeF's word against the record's.
 */
final class ListedStatusTest extends TestCase
{
    /**
     * @dataProvider statuses
     */
    public function testToWrite(string $listed, string $recorded, bool $isOver, ?string $written): void
    {
        self::assertSame($written, ListedStatus::toWrite($listed, $recorded, $isOver));
    }

    public static function statuses(): iterable
    {
        foreach (['Blocked', 'Revoked', 'Expired'] as $ended) {
            yield "$ended over Active" => [$ended, 'Active', false, $ended];
            yield "$ended over Inactive" => [$ended, 'Inactive', false, $ended];
            yield "$ended already" => [$ended, $ended, false, null];
            yield "active again after $ended" => ['Active', $ended, false, 'Active'];
            yield "time is over, $ended" => ['Active', $ended, true, null];
        }

        yield 'as it was' => ['Active', 'Active', false, null];
        yield 'switched off by hand' => ['Active', 'Inactive', false, null];
        yield 'revoked after it was blocked' => ['Revoked', 'Blocked', false, 'Revoked'];
        yield 'a word of tomorrow' => ['Paused', 'Active', false, null];
    }
}
