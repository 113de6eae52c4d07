<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\BridgeInformation;
use Espo\Modules\Ksef\Credentials\Validity\End;
use Espo\Modules\Ksef\Credentials\Validity\TokenValidity;
use PHPUnit\Framework\TestCase;

/**
 * What ends next, of tokens and certificates alike.
 */
final class EndTest extends TestCase
{
    public function testTheNextOneComesFirstAndNoMoreThanAsked(): void
    {
        $ends = [self::end('c', 40), self::end('b', 3), self::end('tokens', 32), self::end('a', 3)];
        $names = array_column(End::next($ends, 3), 'name');

        self::assertSame(['a', 'b', 'tokens'], $names);
    }

    /**
     * @dataProvider days
     */
    public function testTheNextEndOfTokens(string $now, ?string $lawful, ?string $announced, ?string $next): void
    {
        $information = new BridgeInformation('1.0.0', 1, $lawful, $announced);

        self::assertSame($next, TokenValidity::nextEnd($information, new DateTimeImmutable($now)));
    }

    public static function days(): iterable
    {
        yield 'by law' => ['2026-11-29T12:00:00Z', '2026-12-31', '2027-11-30', '2026-12-31'];
        yield 'on its last day' => ['2026-12-31T22:59:00Z', '2026-12-31', '2027-11-30', '2026-12-31'];
        yield 'as announced' => ['2026-12-31T23:00:00Z', '2026-12-31', '2027-11-30', '2027-11-30'];
        yield 'over for good' => ['2027-12-24T12:00:00Z', '2026-12-31', '2027-11-30', '2027-11-30'];
        yield 'nothing announced' => ['2027-01-01T12:00:00Z', '2026-12-31', null, '2026-12-31'];
        yield 'an older bridge' => ['2026-11-29T12:00:00Z', null, null, null];
    }

    private static function end(string $name, int $days): End
    {
        return new End('Authentication', '', $days, 1, $name, $name);
    }
}
