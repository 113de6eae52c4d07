<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge;

use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\BridgeInformation;
use Espo\Modules\Ksef\Bridge\Errors\BridgeContractUnsupported;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeKeyRefused;
use Espo\Modules\Ksef\Bridge\Errors\BridgeNotConfigured;
use Espo\Modules\Ksef\Bridge\Errors\BridgeUrlNotAllowed;
use Espo\Modules\Ksef\Bridge\Readiness;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Wording\Refusals;

/**
 * How the bridge is, in one word and in a sentence.
 */
final readonly class BridgeHealth
{
    public function __construct(
        private BridgeClient $bridge,
        private Wording $wording,
        private Refusals $refusals,
        private DocumentationSite $documentation,
    ) {}

    /**
     * @return array{
     *     status: 'ok'|'notConfigured'|'unreachable'|'refused'|'doesNotFit'|'notReady',
     *     code: string,
     *     message: string,
     *     bridge: ?array{version: string, contract: int},
     *     dependencies: ?object,
     * }
     */
    public function check(): array
    {
        $information = null;

        try {
            $information = $this->bridge->info();
            $this->documentation->keep($information->documentationUrl);

            return $this->found($information, $this->bridge->ready());
        } catch (BridgeException $error) {
            $messages = $this->refusals->messagesOf($error);

            return [
                'status' => $this->status($error),
                'code' => $messages[0]->code,
                'message' => implode(' ', array_map($this->wording->of(...), $messages)),
                'bridge' => $this->bridge($information),
                'dependencies' => null,
            ];
        }
    }

    /**
     * @return array<string, mixed>
     */
    private function found(BridgeInformation $information, Readiness $readiness): array
    {
        $missing = array_keys(array_diff($readiness->dependencies, ['ok']));

        $message = $readiness->isReady
            ? new Message('bridge-ready')
            : new Message('bridge-not-ready', ['dependencies' => implode(', ', $missing)]);

        return [
            'status' => $readiness->isReady ? 'ok' : 'notReady',
            'code' => $message->code,
            'message' => $this->wording->of($message),
            'bridge' => $this->bridge($information),
            'dependencies' => (object) $readiness->dependencies,
        ];
    }

    private function status(BridgeException $error): string
    {
        return match (true) {
            $error instanceof BridgeNotConfigured, $error instanceof BridgeUrlNotAllowed => 'notConfigured',
            $error instanceof BridgeKeyRefused => 'refused',
            $error instanceof BridgeContractUnsupported => 'doesNotFit',
            default => 'unreachable',
        };
    }

    /**
     * @return ?array{version: string, contract: int}
     */
    private function bridge(?BridgeInformation $information): ?array
    {
        return $information
            ? ['version' => $information->version, 'contract' => $information->contract]
            : null;
    }
}
