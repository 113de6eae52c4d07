<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;

/**
 * An address of KSeF's verification page and its QR code.
 */
final readonly class VerificationLink
{
    /**
     * @param string $label What stands below the code: the KSeF number, `OFFLINE` or `CERTYFIKAT`. It is in the images.
     * @param string $svg An SVG element, 40 mm wide, which may stand in HTML or be a file.
     * @param ?string $png The bytes of a PNG of 300 dpi and the same size, when it was asked for.
     */
    public function __construct(
        public string $url,
        public string $label,
        public string $svg,
        public ?string $png = null,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        $encoded = $json->optionalString('png');
        $png = $encoded === null ? null : base64_decode($encoded, true);

        if ($png === false) {
            throw new BridgeAnswerUnreadable('bridge-answer-unreadable');
        }

        return new self($json->string('url'), $json->string('label'), $json->string('svg'), $png);
    }
}
