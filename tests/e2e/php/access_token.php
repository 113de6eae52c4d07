<?php

/* access_token.php PROFILE-ID: what another extension gets from our AccessTokenProvider, as JSON. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Tools\AccessTokenProvider;

require getcwd() . '/bootstrap.php';

$application = new Application();
$application->setupSystemUser();

$provider = $application
    ->getContainer()
    ->getByClass(InjectableFactory::class)
    ->create(AccessTokenProvider::class);

try {
    $accessToken = $provider->getAccessToken($argv[1]);

    $answer = [
        'token' => $accessToken->token,
        'validUntil' => $accessToken->validUntil->format(DATE_ATOM),
        'authenticationMethod' => $accessToken->authenticationMethod,
        'sessionReference' => $accessToken->sessionReference,
    ];
} catch (BridgeException $error) {
    $answer = ['code' => $error->messageCode, 'params' => $error->params];
}

echo json_encode($answer, JSON_THROW_ON_ERROR);
