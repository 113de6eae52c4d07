<?php

/* one_call.php URL: one request in EspoCRM that makes one call by cURL. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;

require getcwd() . '/bootstrap.php';

$application = new Application();
$application->setupSystemUser();

$application->getContainer()->getByClass(InjectableFactory::class);

$handle = curl_init($argv[1]);
curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);

if (curl_exec($handle) === false) {
    exit(1);
}
