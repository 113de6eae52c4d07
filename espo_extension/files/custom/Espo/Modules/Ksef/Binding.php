<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef;

use Espo\Core\Binding\Binder;
use Espo\Core\Binding\BindingProcessor;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Messages\Texts;
use Espo\Modules\Ksef\Tools\Bridge\BridgeClientFactory;
use Espo\Modules\Ksef\Tools\CertificateState\CertificateStates;
use Espo\Modules\Ksef\Tools\CertificateState\RefusedUses;
use Espo\Modules\Ksef\Tools\Wording\ReaderTexts;

/**
 * Which classes stand behind the module's interfaces in EspoCRM.
 */
final class Binding implements BindingProcessor
{
    public function process(Binder $binder): void
    {
        $binder
            ->bindFactory(BridgeClient::class, BridgeClientFactory::class)
            ->bindFactory(Texts::class, ReaderTexts::class)
            ->bindImplementation(RefusedUses::class, CertificateStates::class);
    }
}
