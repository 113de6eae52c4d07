<?php

/* run_jobs.php NAME…: our jobs one after the other in one process; the time at which they were done, as JSON. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;

require getcwd() . '/bootstrap.php';

$application = new Application();
$application->setupSystemUser();

$factory = $application->getContainer()->getByClass(InjectableFactory::class);

foreach (array_slice($argv, 1) as $name) {
    $factory->create("Espo\\Modules\\Ksef\\Jobs\\$name")->run();
}

echo json_encode(date(DATE_ATOM), JSON_THROW_ON_ERROR);
