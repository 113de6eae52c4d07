<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\FirstSteps;

use stdClass;

/**
 * How far an Active profile has come on its way to KSeF.
 */
final readonly class ProfileProgress
{
    private const CONNECTED = 'Connected';
    private const FAILED = 'Failed';

    /**
     * @param ?string $connectionCode What was found at the last test, with its parameters as the record holds them.
     */
    public function __construct(
        public string $id,
        public string $name,
        public string $environment,
        public bool $hasCredential,
        public bool $hasOfflineCertificate,
        public string $connectionStatus,
        public ?string $connectionCode = null,
        public ?stdClass $connectionParams = null,
    ) {}

    public function isConnected(): bool
    {
        return $this->connectionStatus === self::CONNECTED;
    }

    public function hasFailed(): bool
    {
        return $this->connectionStatus === self::FAILED;
    }

    /**
     * The one that has come furthest; of several the first.
     *
     * @param iterable<self> $profiles
     */
    public static function furthest(iterable $profiles): ?self
    {
        $furthest = null;

        foreach ($profiles as $profile) {
            if ($furthest === null || $profile->stage() > $furthest->stage()) {
                $furthest = $profile;
            }
        }

        return $furthest;
    }

    private function stage(): int
    {
        return match (true) {
            $this->isConnected() => 3,
            !$this->hasCredential => 0,
            $this->hasFailed() => 2,
            default => 1,
        };
    }
}
