<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Validity\Attention;
use PHPUnit\Framework\TestCase;

/**
 * Sixty days to both sides, as EspoCRM stores moments.
 */
final class AttentionTest extends TestCase
{
    public function testDaysAreCountedInUtc(): void
    {
        $attention = new Attention(new DateTimeImmutable('2026-11-26T00:30:00+01:00'));

        self::assertSame('2027-01-24 23:30:00', $attention->soon());
        self::assertSame('2026-09-26 23:30:00', $attention->lately());
    }
}
