<?php

/*
 * Prints as JSON what ksef-bridge needs to know of the EspoCRM in the folder that is given: settings
 * as EspoCRM itself puts them together from its files (Espo\Core\Utils\Config), and PHP's version.
 */

$folder = $argv[1];

$settings = [];

foreach (
    [
        'application/Espo/Resources/defaults/systemConfig.php',
        'data/config.php',
        'data/config-internal.php',
        'data/config-override.php',
        'data/config-internal-override.php',
        'data/state.php',
    ] as $file
) {
    $path = $folder . '/' . $file;

    if (!is_file($path)) {
        continue;
    }

    $part = include $path;

    if (!is_array($part)) {
        fwrite(STDERR, $file);

        exit(1);
    }

    $settings = array_replace_recursive($settings, $part);
}

$database = $settings['database'] ?? [];

echo json_encode(
    [
        'phpVersion' => PHP_VERSION,
        'isInstalled' => (bool) ($settings['isInstalled'] ?? false),
        'version' => (string) ($settings['version'] ?? ''),
        'siteUrl' => (string) ($settings['siteUrl'] ?? ''),
        'bridgeUrl' => (string) ($settings['ksefBridgeUrl'] ?? ''),
        'platform' => (string) ($database['platform'] ?? 'Mysql'),
        'host' => (string) ($database['host'] ?? ''),
        'port' => (string) ($database['port'] ?? ''),
        'database' => (string) ($database['dbname'] ?? ''),
        'user' => (string) ($database['user'] ?? ''),
        'password' => (string) ($database['password'] ?? ''),
        'caFile' => (string) ($database['sslCA'] ?? ''),
        'certificateFile' => (string) ($database['sslCert'] ?? ''),
        'keyFile' => (string) ($database['sslKey'] ?? ''),
        'verifiesServer' => !($database['sslVerifyDisabled'] ?? false),
    ],
    JSON_THROW_ON_ERROR
);
