<?php

/* access_token.php PROFILE-ID: one request in EspoCRM that needs an access token. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;
use Espo\Modules\Ksef\Tools\AccessTokenProvider;

require getcwd() . '/bootstrap.php';

$application = new Application();
$application->setupSystemUser();

$application
    ->getContainer()
    ->getByClass(InjectableFactory::class)
    ->create(AccessTokenProvider::class)
    ->getAccessToken($argv[1]);
