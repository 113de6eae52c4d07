<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * A certificate as KSeF lists it for the subject that a profile logs in as.
 */
final readonly class ListedCertificate
{
    private const ACTIVE = 'Active';

    /**
     * @param string $serialNumber 16 upper-case hexadecimal digits.
     * @param string $name The name that whoever requested it gave it.
     * @param string $type Authentication or Offline.
     * @param string $status Active, Blocked, Revoked or Expired.
     */
    public function __construct(
        public string $serialNumber,
        public string $name,
        public string $type,
        public string $status,
        public DateTimeImmutable $validTo,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            $json->string('serialNumber'),
            $json->string('name'),
            $json->string('type'),
            $json->string('status'),
            $json->moment('validTo'),
        );
    }

    public function isActive(): bool
    {
        return $this->status === self::ACTIVE;
    }
}
