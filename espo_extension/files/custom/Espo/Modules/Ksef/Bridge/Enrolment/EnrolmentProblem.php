<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * Why a request for a certificate was rejected, does not go on just now, or brought no package.
 */
final readonly class EnrolmentProblem
{
    /**
     * @param array<string, string|int> $params
     * @param string $message The bridge's own text, for a code that this extension does not know.
     */
    public function __construct(
        public string $code,
        public array $params = [],
        public string $message = '',
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self($json->string('code'), $json->parameters('params'), $json->string('message'));
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function optional(JsonObject $json, string $name): ?self
    {
        $problem = $json->optionalObject($name);

        return $problem ? self::fromJson($problem) : null;
    }
}
