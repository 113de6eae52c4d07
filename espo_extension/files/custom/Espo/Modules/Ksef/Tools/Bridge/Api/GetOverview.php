<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\Forbidden;
use Espo\Entities\User;
use Espo\Modules\Ksef\Tools\Bridge\Overview;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;

/**
 * Profiles and certificates in numbers. The bridge is not asked.
 */
final readonly class GetOverview implements Action
{
    public function __construct(
        private User $user,
        private Overview $overview,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        $counts = $this->overview->counts();

        return ResponseComposer::json([
            'connectedCheckedAt' => $this->overview->connectedCheckedAt(),
            'profiles' => $counts[Profiles::ENTITY_TYPE],
            'certificates' => $counts[Certificates::ENTITY_TYPE],
        ]);
    }
}
