<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use Espo\Core\Field\LinkParent;
use Espo\Modules\Ksef\Messages\Message;

/**
 * Something that every administrator is told.
 */
final readonly class News
{
    /**
     * @param list<Message> $messages
     * @param LinkParent $about The record that it is about.
     * @param ?Message $subject Of the e-mail; null for what goes into EspoCRM's notifications only.
     */
    public function __construct(
        public array $messages,
        public LinkParent $about,
        public ?Message $subject = null,
    ) {}
}
