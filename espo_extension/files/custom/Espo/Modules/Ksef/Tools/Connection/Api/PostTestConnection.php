<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Bridge\Connection\Step;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Connection\ConnectionTester;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * Logs in for a test and says step by step what was found.
 */
final readonly class PostTestConnection implements Action
{
    private const STORED = [
        'connectionStatus',
        'connectionCheckedAt',
        'connectionCode',
        'connectionParams',
        'permissionsCode',
        'permissionsParams',
    ];

    public function __construct(
        private RequestedRecords $records,
        private ConnectionTester $tester,
        private Wording $wording,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->records->get($request, Profiles::ENTITY_TYPE);

        try {
            $test = $this->tester->test($profile)->test;
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        $answer = [
            'ok' => $test->isOk,
            'steps' => array_map($this->step(...), $test->steps),
            'permissions' => $test->permissions,
        ];

        foreach (self::STORED as $attribute) {
            $answer[$attribute] = $profile->get($attribute);
        }

        return ResponseComposer::json($answer);
    }

    /**
     * @return array<string, mixed>
     */
    private function step(Step $step): array
    {
        $message = Message::ofStep($step);

        return [
            'name' => $step->name,
            'status' => $step->status->value,
            'durationMs' => $step->durationMilliseconds,
            'code' => $step->code,
            'params' => (object) $step->params,
            'message' => $message ? $this->wording->of($message) : null,
        ];
    }
}
