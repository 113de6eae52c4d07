<?php

/* announcements.php ENVIRONMENT: what another extension gets from our AnnouncementProvider, as JSON. */

declare(strict_types=1);

use Espo\Core\Application;
use Espo\Core\InjectableFactory;
use Espo\Modules\Ksef\Tools\AnnouncementProvider;

require getcwd() . '/bootstrap.php';

$application = new Application();
$application->setupSystemUser();

$provider = $application
    ->getContainer()
    ->getByClass(InjectableFactory::class)
    ->create(AnnouncementProvider::class);

$announced = $provider->getAnnouncements($argv[1]);

echo json_encode([
    'status' => $announced->status,
    'summary' => $announced->summary?->code,
    'problem' => $announced->problem?->code,
    'titles' => array_column($announced->currentAndAhead(new DateTimeImmutable()), 'title'),
], JSON_THROW_ON_ERROR);
