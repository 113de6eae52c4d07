<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge\Api;

use DateTimeImmutable;
use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\Forbidden;
use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Validity\TokenValidity;
use Espo\Modules\Ksef\Messages\Wording;

/**
 * Until when KSeF tokens may be used, as the bridge is told; nothing while it is away.
 */
final readonly class GetTokenValidity implements Action
{
    public function __construct(
        private User $user,
        private BridgeClient $bridge,
        private Wording $wording,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        try {
            $message = TokenValidity::message($this->bridge->info(), new DateTimeImmutable());
        } catch (BridgeException) {
            $message = null;
        }

        return ResponseComposer::json(['findings' => $this->wording->toList($message ? [$message] : [])]);
    }
}
