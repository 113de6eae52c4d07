<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment;

use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Record\Records;

/**
 * How the browser hears that a certificate is requested: with the password of its package, this once.
 */
final readonly class BegunRequestAnswer
{
    public function __construct(private Wording $wording) {}

    /**
     * @param string $code Of the message that says so.
     */
    public function compose(BegunRequest $begun, string $code): Response
    {
        $message = new Message($code, ['certificate' => Records::link($begun->certificate)]);

        return ResponseComposer::json([
            'certificateId' => $begun->certificate->getId(),
            'certificateName' => $begun->certificate->get('name'),
            'status' => $begun->certificate->get('status'),
            'packagePassword' => $begun->packagePassword,
            'message' => $this->wording->withPage($message),
        ]);
    }
}
