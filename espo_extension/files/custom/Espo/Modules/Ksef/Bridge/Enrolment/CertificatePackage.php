<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use SensitiveParameter;

/**
 * A zip with a certificate and its key, which opens with the password that was shown.
 */
final readonly class CertificatePackage
{
    public function __construct(
        public string $name,
        #[SensitiveParameter]
        public string $content,
    ) {}

    /**
     * @param JsonObject $json An enrolment; it need not have a package.
     * @throws BridgeAnswerUnreadable
     */
    public static function optional(JsonObject $json): ?self
    {
        $encoded = $json->optionalString('package');

        if ($encoded === null) {
            return null;
        }

        $content = base64_decode($encoded, true);

        if ($content === false || $content === '') {
            throw new BridgeAnswerUnreadable('bridge-answer-unreadable');
        }

        return new self($json->string('packageName'), $content);
    }

    /**
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['name' => $this->name];
    }
}
