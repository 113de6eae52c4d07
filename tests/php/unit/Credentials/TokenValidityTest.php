<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeInformation;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Credentials\Validity\TokenValidity;
use PHPUnit\Framework\TestCase;

/**
 * The law's day and the announced one are told in the bridge's words, and never as a warning.
 */
final class TokenValidityTest extends TestCase
{
    /**
     * @dataProvider moments
     */
    public function testMessage(string $now, string $code, ?int $days): void
    {
        $information = new BridgeInformation('1', 1, '2026-12-31', '2027-11-30', '2026-11-19');
        $message = TokenValidity::message($information, new DateTimeImmutable($now));

        self::assertSame([$code, Severity::Info], [$message?->code, $message?->severity]);
        self::assertSame($days, $message->params['days'] ?? null);
        self::assertSame(
            ['2026-12-31', '2027-11-30', '2026-11-19'],
            [$message->params['date'], $message->params['announced'], $message->params['announcedOn']],
        );
    }

    /**
     * @return iterable<string, array{string, string, ?int}>
     */
    public static function moments(): iterable
    {
        yield 'before' => ['2026-11-28T10:00:00Z', 'token-validity-ends', 33];
        yield 'the last day, in Warsaw' => ['2026-12-31T22:59:59Z', 'token-validity-ends', 0];
        yield 'the day after, in Warsaw' => ['2026-12-31T23:00:00Z', 'token-validity-ended', null];
        yield 'after both days' => ['2028-01-01T10:00:00Z', 'token-validity-ended', null];
    }

    public function testABridgeThatDoesNotTellAllOfItIsNotGuessedAt(): void
    {
        $now = new DateTimeImmutable('2026-11-28T10:00:00Z');

        self::assertNull(TokenValidity::message(new BridgeInformation('1', 1), $now));
        self::assertNull(TokenValidity::message(new BridgeInformation('1', 1, '2026-12-31', '2027-11-30'), $now));
    }
}
