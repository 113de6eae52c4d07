<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Messages\Message;

/**
 * How a request for a certificate stands.
 */
final readonly class Enrolment
{
    /**
     * @param ?Message $problem Why it was rejected, or does not go on just now.
     * @param ?int $retryAfter Seconds after which asking again may tell more; null once it is settled.
     * @param ?string $referenceNumber KSeF's number of the request.
     * @param ?IssuedCertificate $issued There if, and only if, it is issued.
     * @throws BridgeAnswerUnreadable
     */
    public function __construct(
        public EnrolmentStatus $status,
        public ?Message $problem,
        public ?int $retryAfter,
        public ?string $referenceNumber,
        public ?IssuedCertificate $issued,
    ) {
        if (($issued !== null) !== ($status === EnrolmentStatus::Issued)) {
            throw new BridgeAnswerUnreadable('bridge-answer-unreadable');
        }
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        return new self(
            EnrolmentStatus::tryFrom($json->string('status')) ??
                throw new BridgeAnswerUnreadable('bridge-answer-unreadable'),
            Message::ofProblem($json->optionalObject('problem')),
            $json->optionalInteger('retryAfter'),
            $json->optionalString('referenceNumber'),
            self::issued($json),
        );
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    private static function issued(JsonObject $json): ?IssuedCertificate
    {
        $facts = $json->optionalObject('facts');

        return $facts === null ? null : new IssuedCertificate(
            CertificateFacts::fromJson($facts),
            $json->string('certificatePem'),
            CertificatePackage::optional($json),
            Message::ofProblem($json->optionalObject('packageProblem')),
        );
    }
}
