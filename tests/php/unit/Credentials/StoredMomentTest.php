<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use PHPUnit\Framework\TestCase;

/**
 * Moments as EspoCRM stores them, wherever the server stands.
 */
final class StoredMomentTest extends TestCase
{
    private string $zone;

    protected function setUp(): void
    {
        $this->zone = date_default_timezone_get();
        date_default_timezone_set('Europe/Warsaw');
    }

    protected function tearDown(): void
    {
        date_default_timezone_set($this->zone);
    }

    public function testRead(): void
    {
        self::assertEquals(new DateTimeImmutable('2026-11-25T12:00:00Z'), StoredMoment::read('2026-11-25 12:00:00'));
        self::assertNull(StoredMoment::read(null));
        self::assertNull(StoredMoment::read(''));
    }

    public function testOf(): void
    {
        self::assertSame('2026-07-01 10:30:00', StoredMoment::of(new DateTimeImmutable('2026-07-01T12:30:00+02:00')));
        self::assertSame('2026-06-30 10:30:00', StoredMoment::of(new DateTimeImmutable('2026-07-01 12:30:00'), '-1 day'));
    }

    public function testFromNow(): void
    {
        $hour = new DateTimeImmutable(StoredMoment::fromNow('-1 hour') . 'Z');

        self::assertEqualsWithDelta(time() - 3600, $hour->getTimestamp(), 2);
    }
}
