<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\ConsoleCommands;

use Espo\Core\Console\Command;
use Espo\Core\Console\Command\Params;
use Espo\Core\Console\IO;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Bridge\ConsoleLines;
use Espo\Modules\Ksef\Tools\Bridge\StoredBridge;

/**
 * `ksef-disconnect-bridge`: EspoCRM forgets the bridge's URL and API key.
 */
final readonly class DisconnectBridge implements Command
{
    public function __construct(
        private StoredBridge $stored,
        private ConsoleLines $lines,
    ) {}

    public function run(Params $params, IO $io): void
    {
        $this->stored->save(null, null);

        $io->writeLine($this->lines->of(new Message('console-bridge-disconnected')));
    }
}
