<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\RecordLink;
use Exception;

/**
 * No profile logs in as the subject of a certificate, and nobody else can have it renewed.
 */
final class NoLoginForSubject extends Exception
{
    public readonly Message $reason;

    public function __construct(RecordLink $certificate)
    {
        parent::__construct();

        $this->reason = new Message('renewal-needs-login', ['certificate' => $certificate]);
    }
}
