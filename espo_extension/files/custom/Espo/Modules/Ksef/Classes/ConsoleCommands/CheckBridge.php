<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\ConsoleCommands;

use Espo\Core\Console\Command;
use Espo\Core\Console\Command\Params;
use Espo\Core\Console\IO;
use Espo\Modules\Ksef\Tools\Bridge\BridgeHealth;
use Espo\Modules\Ksef\Tools\Bridge\ConsoleLines;

/**
 * `ksef-check-bridge`: what *Test* on the page of the bridge finds; status 0 when EspoCRM can work with
 * this bridge.
 */
final readonly class CheckBridge implements Command
{
    public function __construct(
        private BridgeHealth $health,
        private ConsoleLines $lines,
    ) {}

    public function run(Params $params, IO $io): void
    {
        $found = $this->health->check();

        $io->writeLine($this->lines->ofHealth($found));
        $io->setExitStatus($found['status'] === 'ok' ? 0 : 1);
    }
}
