<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Validity;

use DateTimeImmutable;

/**
 * Which certificates need somebody's attention at a moment: those that end soon, and those that ended
 * lately.
 */
final readonly class Attention
{
    public const DAYS = 60;

    public function __construct(private DateTimeImmutable $moment) {}

    public static function now(): self
    {
        return new self(new DateTimeImmutable());
    }

    /**
     * The last moment that is soon, as EspoCRM stores moments.
     */
    public function soon(): string
    {
        return StoredMoment::of($this->moment, '+' . self::DAYS . ' days');
    }

    /**
     * The first moment that is still lately.
     */
    public function lately(): string
    {
        return StoredMoment::of($this->moment, '-' . self::DAYS . ' days');
    }
}
