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

    /**
     * @dataProvider unneededRights
     */
    public function testUnneededRightsAreToldApart(string $code): void
    {
        $rights = new Step('permissions', StepStatus::Warning, 1, $code, ['unneeded' => 'SubunitManage']);
        $late = new Step('credential-state', StepStatus::Warning, 1, 'ksef-token-not-active');

        self::assertNull((new ConnectionTest(true, [$rights], []))->decisiveStep());
        self::assertSame($late, (new ConnectionTest(true, [$rights, $late], []))->decisiveStep());
        self::assertSame($rights, (new ConnectionTest(true, [$rights, $late], []))->unneededRights());
    }

    public static function unneededRights(): iterable
    {
        yield ['permissions-unneeded'];
        yield ['permissions-of-owner'];
    }

    public function testWhatIsMissingIsDecisiveWhateverIsUnneeded(): void
    {
        $params = ['missing' => 'InvoiceWrite', 'unneeded' => 'SubunitManage'];
        $step = new Step('permissions', StepStatus::Warning, 1, 'permissions-missing-and-unneeded', $params);
        $test = new ConnectionTest(true, [$step], []);

        self::assertSame($step, $test->decisiveStep());
        self::assertNull($test->unneededRights());
    }

    /**
     * @dataProvider rights
     */
    public function testRightsAreInOrderWhenNothingIsSaidOfThem(bool $areInOrder, Step ...$steps): void
    {
        self::assertSame($areInOrder, (new ConnectionTest(true, $steps, []))->areRightsInOrder());
    }

    public static function rights(): iterable
    {
        $login = new Step('login', StepStatus::Ok, 1);

        yield 'the two' => [true, $login, new Step('permissions', StepStatus::Ok, 1)];
        yield 'acknowledged' => [false, $login, new Step('permissions', StepStatus::Ok, 1, 'permissions-acknowledged')];
        yield 'too many' => [false, new Step('permissions', StepStatus::Warning, 1, 'permissions-of-owner')];
        yield 'not asked' => [false, $login, new Step('permissions', StepStatus::Skipped, 0)];
        yield 'not there' => [false, $login];
    }

    public function testThereIsNothingToTellOfATestWithoutRemarks(): void
    {
        self::assertNull((new ConnectionTest(true, [new Step('login', StepStatus::Ok, 1)], []))->decisiveStep());
    }
}
