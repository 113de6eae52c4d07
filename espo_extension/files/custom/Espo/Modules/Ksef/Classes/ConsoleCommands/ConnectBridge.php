<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\ConsoleCommands;

use Espo\Core\Console\Command;
use Espo\Core\Console\Command\Params;
use Espo\Core\Console\IO;
use Espo\Core\InjectableFactory;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Bridge\ConsoleLines;
use Espo\Modules\Ksef\Tools\Bridge\StoredBridge;
use SensitiveParameter;

/**
 * `ksef-connect-bridge --url=URL`: saves where the bridge is, with the API key that is the first line of standard
 * input, then checks the bridge. The key is no argument: those are read by whoever lists processes.
 */
final readonly class ConnectBridge implements Command
{
    public function __construct(
        private StoredBridge $stored,
        private ConsoleLines $lines,
        private InjectableFactory $injectableFactory,
    ) {}

    public function run(Params $params, IO $io): void
    {
        $url = trim((string) $params->getOption('url'));
        // A further argument may well be the key: then there is none to wait for.
        $apiKey = $url === '' || $params->getArgumentList() ? '' : $this->readApiKey($io);
        $wrong = $this->wrong($url, $apiKey);

        if ($wrong) {
            $io->writeLine($this->lines->ofRefusal($wrong));
            $io->setExitStatus(1);

            return;
        }

        $this->stored->save($url, $apiKey);

        // Made only now: it asks the bridge that is stored when it is made.
        $this->injectableFactory->create(CheckBridge::class)->run($params, $io);
    }

    private function wrong(string $url, #[SensitiveParameter] string $apiKey): ?Message
    {
        if ($url === '' || $apiKey === '') {
            return new Message('console-connect-usage');
        }

        try {
            BridgeSettings::checkEntered($url, $apiKey);
        } catch (BridgeException $error) {
            return Message::ofBridge($error);
        }

        return null;
    }

    private function readApiKey(IO $io): string
    {
        if (!stream_isatty(STDIN)) {
            return $io->readLine();
        }

        $io->writeLine($this->lines->of(new Message('console-key-asked')));

        return $io->readSecretLine();
    }
}
