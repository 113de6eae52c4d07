<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\FirstSteps\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\Forbidden;
use Espo\Core\Utils\System;
use Espo\Entities\User;
use Espo\Modules\Ksef\Tools\Bridge\BridgeHealth;
use Espo\Modules\Ksef\Tools\Bridge\StoredBridge;
use Espo\Modules\Ksef\Tools\FirstSteps\Checklist;
use Espo\Modules\Ksef\Tools\FirstSteps\ProfileProgress;
use Espo\Modules\Ksef\Tools\FirstSteps\Situation;

/**
 * The checklist of the first steps. Once it is done, it is given only when it is asked for; the bridge is not asked
 * otherwise.
 */
final readonly class GetFirstSteps implements Action
{
    /** A path that a shell takes as it is. */
    private const PLAIN_PATH = '~\A[\w./-]+\z~';

    public function __construct(
        private User $user,
        private Situation $situation,
        private BridgeHealth $health,
        private StoredBridge $stored,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        $profile = $this->situation->furthestProfile();
        $isAskedFor = $request->getQueryParam('whole') === 'true';
        $isDone = $profile?->isConnected() && $this->stored->isEntered();

        return ResponseComposer::json($isDone && !$isAskedFor ? ['steps' => []] : $this->checklist($profile));
    }

    /**
     * @return array<string, mixed>
     */
    private function checklist(?ProfileProgress $profile): array
    {
        $bridge = $this->health->check();
        $notices = $this->situation->noticesOf($this->user);

        return [
            'steps' => Checklist::of($bridge['status'], $profile, $notices),
            'bridge' => [
                'status' => $bridge['status'],
                'code' => $bridge['code'],
                'message' => $bridge['message'],
            ],
            'profile' => $profile,
            'unread' => $notices->unread,
            'espocrmFolder' => $this->folder(),
        ];
    }

    /**
     * EspoCRM's folder, for a command line.
     */
    private function folder(): string
    {
        $folder = (new System())->getRootDir();

        return preg_match(self::PLAIN_PATH, $folder) ? $folder : escapeshellarg($folder);
    }
}
