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
 * What commands say of the bridge: a line of plain text for each outcome, in EspoCRM's own language.
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

    /**
     * Where the bridge was asked, what was found, and both sides' versions as far as the bridge told its own.
     *
     * @param string $found Markdown, as in BridgeHealth.
     * @param ?array{version: string, contract: int} $bridge
     */
    public function ofHealth(string $found, ?array $bridge): string
    {
        $versions = $bridge ? $this->wording->of($this->versions($bridge)) : '';
        $url = $this->stored->url();

        return ($url === '' ? '' : "$url: ") . $this->line("$found $versions");
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
