<?php

// Stands for EspoCRM's command.php: records what it is told, and does as much of it as init needs.

$folder = __DIR__ . '/data';
$arguments = array_slice($argv, 1);
$input = in_array('ksef-connect-bridge', $arguments) ? fgets(STDIN) : '';

file_put_contents("$folder/commands.log", implode(' ', $arguments) . "\n", FILE_APPEND);

function written(string $folder, array $settings): void
{
    file_put_contents("$folder/config-internal-override.php", '<?php return ' . var_export($settings, true) . ';');
}

function checked(array $settings): int
{
    $curl = curl_init('http://bridge/readyz');

    curl_setopt_array($curl, [
        CURLOPT_UNIX_SOCKET_PATH => substr($settings['ksefBridgeUrl'] ?? 'unix:/nowhere', 5),
        CURLOPT_HTTPHEADER => ['Authorization: Bearer ' . ($settings['ksefBridgeApiKey'] ?? '')],
        CURLOPT_RETURNTRANSFER => true,
    ]);

    curl_exec($curl);

    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);

    echo $status === 200 ? "The bridge answers.\n" : "The bridge answers with $status.\n";

    return $status === 200 ? 0 : 1;
}

$kept = "$folder/config-internal-override.php";
$settings = is_file($kept) ? include $kept : [];
$extension = "$folder/extension";

switch ($arguments[0]) {
    case 'extension':
        if ($arguments[1] === '--list') {
            echo is_file($extension)
                ? " Name: KSeF\n ID: 5f\n Version: " . file_get_contents($extension) . "\n Installed: yes\n"
                : "No extensions.\n";
        } elseif ($arguments[1] === '-u') {
            unlink($extension);
        } elseif (is_file("$folder/broken")) {
            echo "Extension is not compatible.\n";

            exit(1);
        } else {
            copy(substr($arguments[1], strlen('--file=')), $extension);
        }

        exit(0);

    case 'ksef-connect-bridge':
        $settings = ['ksefBridgeUrl' => substr($arguments[1], strlen('--url=')), 'ksefBridgeApiKey' => trim($input)];

        written($folder, $settings);

        exit(checked($settings));

    case 'ksef-check-bridge':
        exit(checked($settings));

    case 'ksef-disconnect-bridge':
        written($folder, []);

        exit(0);
}

exit(1);
