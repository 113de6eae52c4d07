<?php

/* configuration.php get NAME | set NAME JSON: a parameter of EspoCRM's configuration, as JSON. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;
use Espo\Core\Utils\Config;
use Espo\Core\Utils\Config\ConfigWriter;

require getcwd() . '/bootstrap.php';

$container = (new Application())->getContainer();
$name = $argv[2];

if ($argv[1] === 'set') {
    $writer = $container->getByClass(InjectableFactory::class)->create(ConfigWriter::class);
    $writer->set($name, json_decode($argv[3], true, 16, JSON_THROW_ON_ERROR));
    $writer->save();
}

$config = $container->getByClass(InjectableFactory::class)->create(Config::class);

echo json_encode(['value' => $config->get($name)], JSON_THROW_ON_ERROR);
