<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Connection\Step;
use Espo\Modules\Ksef\Bridge\Connection\StepStatus;
use PHPUnit\Framework\TestCase;

/**
 * Which step of a connection test is told of.
 */
final class ConnectionTestTest extends TestCase
{
    public function testTheFailedStepComesBeforeAWarning(): void
    {
        $steps = [
            new Step('ksef', StepStatus::Warning, 1, 'clock-difference', ['seconds' => 90]),
            new Step('login', StepStatus::Failed, 1, 'ksef-no-permissions'),
            new Step('permissions', StepStatus::Skipped, 0),
        ];

        self::assertSame('ksef-no-permissions', (new ConnectionTest(false, $steps, []))->decisiveStep()?->code);
    }

    public function testAWarningIsToldOfWhenNothingFailed(): void
    {
        $steps = [
            new Step('login', StepStatus::Ok, 1),
            new Step('permissions', StepStatus::Warning, 1, 'permissions-missing', ['missing' => 'InvoiceWrite']),
        ];

        self::assertSame('permissions-missing', (new ConnectionTest(true, $steps, []))->decisiveStep()?->code);
    }

    public function testThereIsNothingToTellOfATestWithoutRemarks(): void
    {
        self::assertNull((new ConnectionTest(true, [new Step('login', StepStatus::Ok, 1)], []))->decisiveStep());
    }
}
