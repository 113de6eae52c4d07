<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Messages\Message;

/**
 * What the bridge found in files that nobody had sorted.
 */
final readonly class CertificateSorting
{
    /**
     * @param list<SortedCertificate> $certificates Authentication before Offline; of one type the longest valid first.
     * @param list<Message> $leftOver Why everything else serves nothing; each names its `file`.
     */
    public function __construct(
        public array $certificates,
        public array $leftOver,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            array_map(SortedCertificate::fromJson(...), $json->objects('certificates')),
            Inspection::findingsOf($json, 'leftOver'),
        );
    }
}
