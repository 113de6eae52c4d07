<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Jobs;

use stdClass;

/**
 * What a run of a job did, as it is kept beside the run.
 */
final readonly class JobOutcome
{
    private const KEY = 'ksefOutcome';

    /**
     * @param int $done Records with which it was done.
     * @param int $failed Records with which something went wrong; EspoCRM's log says what.
     * @param bool $isBridgeAway Whether it ended early, since the bridge itself was away.
     */
    public function __construct(
        public int $done,
        public int $failed,
        public bool $isBridgeAway,
    ) {}

    /**
     * @return ?self Null where the run left none: an older version's, or one that has no records to count.
     */
    public static function read(stdClass $data): ?self
    {
        $kept = get_object_vars($data)[self::KEY] ?? null;

        return $kept instanceof stdClass
            ? new self((int) ($kept->done ?? 0), (int) ($kept->failed ?? 0), (bool) ($kept->isBridgeAway ?? false))
            : null;
    }

    public function write(stdClass $data): stdClass
    {
        return (object) [...get_object_vars($data), self::KEY => (object) get_object_vars($this)];
    }
}
