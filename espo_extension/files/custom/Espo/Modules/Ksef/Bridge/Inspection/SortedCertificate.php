<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Messages\Message;

/**
 * A certificate whose private key was found, and the files that held them.
 */
final readonly class SortedCertificate extends Inspection
{
    /**
     * @param string $certificateFile A file within a zip is named `archive.zip/entry.key`.
     * @param string $keyFile May be the same.
     * @param list<Message> $findings
     * @throws BridgeAnswerUnreadable
     */
    public function __construct(
        public string $certificateFile,
        public string $keyFile,
        public CertificateFacts $facts,
        array $findings,
    ) {
        parent::__construct($findings, true);
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        $facts = $json->optionalObject('facts') ?? throw new BridgeAnswerUnreadable('bridge-answer-unreadable');

        return new self(
            $json->string('certificateFile'),
            $json->string('keyFile'),
            CertificateFacts::fromJson($facts),
            self::findingsOf($json),
        );
    }
}
