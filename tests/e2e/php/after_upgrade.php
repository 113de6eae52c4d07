<?php

/* after_upgrade.php AFTER-INSTALL: what the package's script does when the extension is upgraded. */

declare(strict_types=1);

use Espo\Core\Application;

require getcwd() . '/bootstrap.php';
require $argv[1];

$application = new Application();
$application->setupSystemUser();

(new AfterInstall())->run($application->getContainer(), ['isUpgrade' => true]);

echo json_encode(true, JSON_THROW_ON_ERROR);
