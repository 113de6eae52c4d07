<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Validity;

/**
 * The end of something that profiles log in or sign with.
 */
final readonly class End
{
    public const TOKEN = 'Token';

    /**
     * @param string $kind `Token`, or the type of a certificate; empty for one that KSeF did not issue.
     * @param string $moment As EspoCRM stores moments; of tokens their last day, as 2026-12-31.
     * @param int $days Whole days left; negative once it is over.
     * @param int $count How many records end then.
     * @param ?string $id Of the one record; null when there are several.
     */
    public function __construct(
        public string $kind,
        public string $moment,
        public int $days,
        public int $count,
        public ?string $id,
        public string $name,
    ) {}

    /**
     * @param list<self> $ends
     * @return list<self> So many of them at the most, the next one first.
     */
    public static function next(array $ends, int $most): array
    {
        usort($ends, static fn (self $a, self $b): int => [$a->days, $a->name] <=> [$b->days, $b->name]);

        return array_slice($ends, 0, $most);
    }
}
