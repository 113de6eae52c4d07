<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\History;

use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\RecordLink;

/**
 * One thing that happened to a certificate, with what fills its text. Nothing in it is secret.
 */
final readonly class CertificateStep
{
    /**
     * @param array<string, string> $params
     * @param ?RecordLink $record The other record that takes part in it.
     * @param ?Message $explanation Why it came to that.
     */
    public function __construct(
        public CertificateEvent $event,
        public array $params = [],
        public ?RecordLink $record = null,
        public ?Message $explanation = null,
    ) {}

    /**
     * As the note keeps it and the browser puts it into words.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return [
            'step' => $this->event->value,
            'params' => (object) $this->params,
            'record' => $this->record ? (object) get_object_vars($this->record) : null,
            'explanation' => $this->explanation ? (object) [
                'code' => $this->explanation->code,
                'params' => (object) $this->explanation->plainParams(),
            ] : null,
        ];
    }
}
