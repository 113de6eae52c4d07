<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Validity\RenewalProspect;
use PHPUnit\Framework\TestCase;

/**
 * What becomes of a certificate at its end, what stands in the way first coming first.
 */
final class RenewalProspectTest extends TestCase
{
    /**
     * @dataProvider certificates
     * @param array<string, bool> $change
     */
    public function testProspect(array $change, RenewalProspect $prospect): void
    {
        $is = $change + [
            'ofKsef' => true,
            'automatic' => true,
            'failed' => false,
            'renewed' => false,
            'login' => true,
        ];

        self::assertSame($prospect, RenewalProspect::of(
            $is['ofKsef'],
            $is['automatic'],
            $is['failed'],
            static fn (): bool => $is['renewed'],
            static fn (): bool => $is['login'],
        ));
    }

    public static function certificates(): iterable
    {
        yield 'in order' => [[], RenewalProspect::RenewsItself];
        yield 'qualified' => [['ofKsef' => false, 'login' => false], RenewalProspect::IssuedElsewhere];
        yield 'requested' => [['renewed' => true, 'failed' => true], RenewalProspect::BeingRenewed];
        yield 'nobody logs in' => [['login' => false, 'automatic' => false], RenewalProspect::NoLogin];
        yield 'switched off' => [['automatic' => false, 'failed' => true], RenewalProspect::ByHand];
        yield 'fails' => [['failed' => true], RenewalProspect::Fails];
    }

    public function testNobodyIsAskedWhatMakesNoDifference(): void
    {
        $unasked = static fn (): bool => throw new LogicException();

        self::assertSame(
            RenewalProspect::IssuedElsewhere,
            RenewalProspect::of(false, true, false, $unasked, $unasked),
        );
        self::assertSame(
            RenewalProspect::BeingRenewed,
            RenewalProspect::of(true, true, false, static fn (): bool => true, $unasked),
        );
    }
}
