<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\FirstSteps;

/**
 * Whether what the extension has to tell an administrator reaches him.
 */
final readonly class NoticeReach
{
    /**
     * @param int $unread The extension's notifications that he has not read.
     * @param bool $isMailSent Whether EspoCRM has SMTP.
     * @param bool $hasAddress Whether he has an e-mail address.
     */
    public function __construct(
        public int $unread,
        public bool $isMailSent,
        public bool $hasAddress,
    ) {}
}
