<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Wording;

use Espo\Core\Exceptions\BadRequest;
use Espo\Core\Exceptions\Conflict;
use Espo\Core\Exceptions\Forbidden;
use Espo\Core\Exceptions\ServiceUnavailable;
use Espo\Core\Utils\Json;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;

/**
 * Refusals in words: what is wrong becomes an exception that EspoCRM answers with.
 */
final readonly class Refusals
{
    public function __construct(private Wording $wording) {}

    /**
     * What was entered is wrong.
     *
     * @param list<Message> $messages
     */
    public function badRequest(array $messages): BadRequest
    {
        return BadRequest::createWithBody($this->reason($messages), $this->body($messages));
    }

    /**
     * What was entered is right, but other records stand in the way.
     *
     * @param list<Message> $messages
     */
    public function conflict(array $messages): Conflict
    {
        return Conflict::createWithBody($this->reason($messages), $this->body($messages));
    }

    /**
     * Nobody may do it.
     *
     * @param list<Message> $messages
     */
    public function forbidden(array $messages): Forbidden
    {
        return Forbidden::createWithBody($this->reason($messages), $this->body($messages));
    }

    /**
     * What the bridge could not do.
     */
    public function ofBridge(BridgeException $error, Message ...$more): BadRequest|Conflict|ServiceUnavailable
    {
        $messages = [...$this->messagesOf($error), ...array_values($more)];
        $status = $error instanceof BridgeProblem ? $error->status : 503;

        return match (true) {
            $error->messageCode === 'profile-not-found' => $this->unavailable($messages),
            in_array($status, [400, 413, 415, 422], true) => $this->badRequest($messages),
            in_array($status, [404, 409, 502], true) => $this->conflict($messages),
            default => $this->unavailable($messages),
        };
    }

    /**
     * @return non-empty-list<Message>
     */
    public function messagesOf(BridgeException $error): array
    {
        return match ($error->messageCode) {
            // The record exists here, so the bridge reads another database.
            'profile-not-found' => [new Message('bridge-does-not-know-profile')],
            'unexpected-error' => [
                Message::ofBridge($error),
                new Message('bridge-request-id', ['requestId' => $error->requestId ?? '']),
            ],
            default => array_values(array_filter([Message::ofBridge($error), Message::ofAnnounced($error)])),
        };
    }

    /**
     * @param list<Message> $messages
     */
    private function unavailable(array $messages): ServiceUnavailable
    {
        return ServiceUnavailable::createWithBody($this->reason($messages), $this->body($messages));
    }

    /**
     * @param list<Message> $messages
     */
    private function reason(array $messages): string
    {
        $codes = array_map(static fn (Message $message): string => $message->code, $this->errors($messages));

        return implode(', ', array_unique($codes));
    }

    /**
     * @param list<Message> $messages
     * @return list<Message>
     */
    private function errors(array $messages): array
    {
        return array_values(
            array_filter($messages, static fn (Message $message): bool => $message->severity === Severity::Error),
        );
    }

    /**
     * @param list<Message> $messages
     */
    private function body(array $messages): string
    {
        $errors = $this->errors($messages);

        return Json::encode([
            // What else was noticed is not why: it stands among the findings.
            'message' => $this->wording->ofAll($errors ?: $messages),
            'findings' => $this->wording->toList($messages),
        ]);
    }
}
