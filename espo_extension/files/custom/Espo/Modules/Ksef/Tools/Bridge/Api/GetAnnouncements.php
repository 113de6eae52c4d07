<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\Forbidden;
use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Tools\Bridge\AnnouncementReport;

/**
 * What KSeF announces for the environments in use; null while the bridge does not tell, of which its health says more.
 */
final readonly class GetAnnouncements implements Action
{
    public function __construct(
        private User $user,
        private AnnouncementReport $report,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        try {
            $environments = $this->report->ofUsedEnvironments();
        } catch (BridgeException) {
            $environments = null;
        }

        return ResponseComposer::json(['environments' => $environments]);
    }
}
