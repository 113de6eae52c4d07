<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Core\Exceptions\Forbidden;
use Espo\Core\Utils\Config;
use Espo\Core\Utils\Metadata;
use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Bridge\BridgeHealth;

/**
 * How the bridge is, and whether it fits this extension.
 */
final readonly class GetBridgeHealth implements Action
{
    private const DEBUG = 'DEBUG';

    public function __construct(
        private User $user,
        private BridgeHealth $health,
        private Metadata $metadata,
        private Config $config,
        private Wording $wording,
    ) {}

    public function process(Request $request): Response
    {
        if (!$this->user->isAdmin()) {
            throw new Forbidden();
        }

        $found = $this->health->check();

        return ResponseComposer::json($found + [
            'extension' => [
                'version' => $this->metadata->get(['app', 'ksef', 'version']),
                'contract' => BridgeClient::CONTRACT,
            ],
            'changes' => $this->metadata->get(['app', 'ksef', 'changes']),
            'logLevelWarning' => $this->isDebugging() ? $this->wording->of(new Message('log-level-debug')) : null,
        ]);
    }

    private function isDebugging(): bool
    {
        $logger = $this->config->get('logger') ?? [];
        $levels = [$logger['level'] ?? '', ...array_column($logger['handlerList'] ?? [], 'level')];

        return in_array(self::DEBUG, array_map(strtoupper(...), $levels), true);
    }
}
