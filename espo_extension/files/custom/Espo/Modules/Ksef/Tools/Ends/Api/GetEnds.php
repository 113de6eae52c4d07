<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Ends\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\Forbidden;
use Espo\Entities\User;
use Espo\Modules\Ksef\Tools\Ends\EndingNext;

/**
 * Which tokens and certificates end next.
 */
final readonly class GetEnds implements Action
{
    public function __construct(
        private User $user,
        private EndingNext $ending,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        return ResponseComposer::json(['list' => $this->ending->list()]);
    }
}
