<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

/**
 * A record named in a text, so that a click opens it.
 */
final readonly class RecordLink
{
    public function __construct(
        public string $entityType,
        public string $id,
        public string $name,
    ) {}

    public function toMarkdown(): string
    {
        $label = Markdown::escape($this->name !== '' ? $this->name : $this->id);

        return "[$label](#$this->entityType/view/" . rawurlencode($this->id) . ')';
    }
}
