<?php

/* verification_links.php PROFILE-ID FILE: what another extension gets from our VerificationLinkProvider, as JSON. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use Espo\Modules\Ksef\Tools\VerificationLinkProvider;

require getcwd() . '/bootstrap.php';

$application = new Application();
$application->setupSystemUser();

$provider = $application
    ->getContainer()
    ->getByClass(InjectableFactory::class)
    ->create(VerificationLinkProvider::class);

try {
    $invoice = InvoiceDescription::ofFile((string) file_get_contents($argv[2]));
    $links = $provider->getVerificationLinks($argv[1], $invoice, isOffline: true, withPng: true);

    $answer = [];

    foreach (['kod1' => $links->kod1, 'kod2' => $links->kod2] as $name => $link) {
        $answer[$name] = ['url' => $link->url, 'png' => base64_encode((string) $link->png)];
    }
} catch (BridgeException $error) {
    $answer = ['code' => $error->messageCode, 'params' => $error->params];
}

echo json_encode($answer, JSON_THROW_ON_ERROR);
