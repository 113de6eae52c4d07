<?php

declare(strict_types=1);

// The plain classes of the extension, without EspoCRM: whoever needs it is not found.
spl_autoload_register(static function (string $class): void {
    $folders = [
        'Espo\\Modules\\Ksef\\' => dirname(__DIR__, 2) . '/espo_extension/files/custom/Espo/Modules/Ksef/',
        'KsefTests\\' => __DIR__ . '/support/',
    ];

    foreach ($folders as $namespace => $folder) {
        $path = $folder . str_replace('\\', '/', substr($class, strlen($namespace))) . '.php';

        if (str_starts_with($class, $namespace) && is_file($path)) {
            require $path;

            return;
        }
    }
});
