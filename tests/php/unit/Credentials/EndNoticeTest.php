<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Validity\EndNotice;
use PHPUnit\Framework\TestCase;

/**
 * Each notice once, and only the latest one that is due.
 */
final class EndNoticeTest extends TestCase
{
    /**
     * @dataProvider moments
     */
    public function testDue(int $daysLeft, ?int $noticed, ?int $due): void
    {
        self::assertSame($due, EndNotice::due($daysLeft, $noticed));
    }

    public static function moments(): iterable
    {
        yield 'too early' => [61, null, null];
        yield 'the first' => [60, null, 60];
        yield 'the first, once' => [59, 60, null];
        yield 'the second' => [30, 60, 30];
        yield 'weeks without the job' => [10, 60, 14];
        yield 'never told before' => [6, null, 7];
        yield 'the last' => [1, 7, 1];
        yield 'on the last day' => [0, 7, 1];
        yield 'the last, once' => [0, 1, null];
        yield 'it is over' => [-1, 7, null];
        yield 'the end was put off' => [55, 30, 60];
        yield 'the end was put off for long' => [365, 1, null];
    }

    public function testEveryDayOfTwoYearsTellsEachNoticeOnce(): void
    {
        $given = [];
        $noticed = null;

        for ($daysLeft = 730; $daysLeft >= -30; $daysLeft--) {
            $due = EndNotice::due($daysLeft, $noticed);

            if ($due !== null) {
                $given[$daysLeft] = $noticed = $due;
            }
        }

        self::assertSame([60 => 60, 30 => 30, 14 => 14, 7 => 7, 1 => 1], $given);
    }
}
