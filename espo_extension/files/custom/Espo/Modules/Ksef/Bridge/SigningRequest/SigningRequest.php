<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\SigningRequest;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Messages\Message;
use SensitiveParameter;

/**
 * A login whose document is signed elsewhere, as it stands.
 */
final readonly class SigningRequest
{
    /**
     * @param ?string $document XML, to be signed as it is; null once it is signed or over.
     * @param DateTimeImmutable $expiresAt Until when it is to be signed; once there is a session, when that ends.
     * @param ?Signer $signer Known once the document came back signed.
     * @param ?list<string> $permissions KSeF's names of the signer's rights in the context, once there is a session.
     * @param ?Message $problem Why the last file was not taken, or KSeF refused the login.
     */
    public function __construct(
        public string $id,
        public SigningRequestStatus $status,
        #[SensitiveParameter]
        public ?string $document,
        public DateTimeImmutable $expiresAt,
        public ?Signer $signer,
        public ?array $permissions,
        public ?Message $problem,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function fromJson(JsonObject $json): self
    {
        $signer = $json->optionalObject('signer');

        return new self(
            $json->string('id'),
            SigningRequestStatus::tryFrom($json->string('status')) ??
                throw new BridgeAnswerUnreadable('bridge-answer-unreadable'),
            $json->optionalString('document'),
            $json->moment('expiresAt'),
            $signer ? Signer::fromJson($signer) : null,
            $json->optionalStrings('permissions'),
            Message::ofProblem($json->optionalObject('problem')),
        );
    }

    /**
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['id' => $this->id, 'status' => $this->status->value];
    }
}
