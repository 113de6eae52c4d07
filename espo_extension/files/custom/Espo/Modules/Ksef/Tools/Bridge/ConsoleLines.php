<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge;

use Espo\Core\Utils\Config;
use Espo\Core\Utils\Metadata;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\PlainText;
use Espo\Modules\Ksef\Messages\Wording;

/**
 * What commands say of the bridge: a line of plain text for each outcome, in EspoCRM's own language, and below what is
 * wrong the address of its page, as the bridge's own commands have it.
 */
final readonly class ConsoleLines
{
    public function __construct(
        private Wording $wording,
        private StoredBridge $stored,
        private Config $config,
        private Metadata $metadata,
    ) {}

    public function of(Message $message): string
    {
        return $this->line($this->wording->of($message));
    }

    public function ofRefusal(Message $message): string
    {
        return $this->of($message) . $this->below($message->code);
    }

    /**
     * Where the bridge was asked, what was found, and both sides' versions as far as the bridge told its own.
     *
     * @param array{
     *     status: string,
     *     code: string,
     *     message: string,
     *     bridge: ?array{version: string, contract: int},
     * } $found By BridgeHealth.
     */
    public function ofHealth(array $found): string
    {
        $versions = $found['bridge'] ? $this->wording->of($this->versions($found['bridge'])) : '';
        $url = $this->stored->url();
        $more = $found['status'] === 'ok' ? '' : $this->below($found['code']);

        return ($url === '' ? '' : "$url: ") . $this->line("$found[message] $versions") . $more;
    }

    private function below(string $code): string
    {
        $page = $this->wording->page($code);

        return $page === null ? '' : PHP_EOL . $page;
    }

    /**
     * @param array{version: string, contract: int} $bridge
     */
    private function versions(array $bridge): Message
    {
        return new Message('console-bridge-versions', [
            'bridge' => $bridge['version'],
            'bridgeContract' => $bridge['contract'],
            'extension' => (string) $this->metadata->get(['app', 'ksef', 'version']),
            'contract' => BridgeClient::CONTRACT,
        ]);
    }

    private function line(string $markdown): string
    {
        return PlainText::line($markdown, (string) $this->config->get('siteUrl'));
    }
}
