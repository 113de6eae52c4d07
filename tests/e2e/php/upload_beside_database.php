<?php

/*
 * upload_beside_database.php ZIP TYPE VERSION: why EspoCRM refuses the package as it is uploaded, as JSON, when
 * its database is of that type and version. Only what it believes of its database is made up.
 */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\Exceptions\Error;
use Espo\Core\Upgrades\Actions\Base;
use Espo\Core\Upgrades\ExtensionManager;
use Espo\Core\Utils\Database\Helper;
use Espo\Core\Utils\File\Manager as FileManager;

require getcwd() . '/bootstrap.php';

[, $package, $type, $version] = $argv;

$database = new class ($type, $version) extends Helper {
    public function __construct(private string $type, private string $version) {}

    public function getType(): string
    {
        return $this->type;
    }

    public function getVersion(): string
    {
        return $this->version;
    }
};

$application = new Application();
$application->setupSystemUser();

$manager = new class ($application->getContainer()) extends ExtensionManager {
    public function beside(Helper $database): void
    {
        (new ReflectionProperty(Base::class, 'databaseHelper'))
            ->setValue($this->actionManager->getActionClass(self::UPLOAD), $database);
    }
};

$manager->beside($database);

try {
    $id = $manager->upload('data:application/zip;base64,' . base64_encode(file_get_contents($package)));
    $application->getContainer()->getByClass(FileManager::class)->removeInDir("data/upload/extensions/$id", true);
    unlink("data/upload/extensions/{$id}z");
    $refusal = null;
} catch (Error $error) {
    $refusal = $error->getMessage();
}

echo json_encode(['refusal' => $refusal], JSON_THROW_ON_ERROR);
