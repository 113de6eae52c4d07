<?php

/* log_in_and_sign.php PROFILE[:SELLER-NIP]…: an access token of each, and an offline invoice of today, as JSON. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\InvoiceDescription;
use Espo\Modules\Ksef\Tools\AccessTokenProvider;
use Espo\Modules\Ksef\Tools\VerificationLinkProvider;

require getcwd() . '/bootstrap.php';

$application = new Application();
$application->setupSystemUser();

$factory = $application->getContainer()->getByClass(InjectableFactory::class);
$accessTokens = $factory->create(AccessTokenProvider::class);
$verificationLinks = $factory->create(VerificationLinkProvider::class);

$answers = [];

foreach (array_slice($argv, 1) as $argument) {
    [$id, $sellerNip] = explode(':', $argument) + [1 => ''];

    try {
        $accessToken = $accessTokens->getAccessToken($id);
        $answers[$id] = ['token' => $accessToken->token, 'sessionReference' => $accessToken->sessionReference];

        if ($sellerNip !== '') {
            $invoice = InvoiceDescription::ofHash(hash('sha256', random_bytes(64)), date('Y-m-d'), $sellerNip);
            $answers[$id]['kod2'] = $verificationLinks->getVerificationLinks($id, $invoice, true)->kod2?->url;
        }
    } catch (BridgeException $error) {
        $answers[$id] = ['code' => $error->messageCode, 'params' => $error->params];
    }
}

echo json_encode($answers, JSON_THROW_ON_ERROR);
