<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Middleware;

use Espo\Core\Utils\Config;
use Espo\Core\Utils\Config\ConfigWriter;
use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Http\BridgeUrl;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;
use stdClass;

/**
 * Settings are saved with a bridge URL to which secrets may be sent, and an API key stays only with
 * the URL that it was entered for.
 */
final readonly class GuardBridgeSettings implements MiddlewareInterface
{
    private const URL = 'ksefBridgeUrl';
    private const API_KEY = 'ksefBridgeApiKey';

    public function __construct(
        private Config $config,
        private ConfigWriter $configWriter,
        private User $user,
        private Refusals $refusals,
    ) {}

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $settings = $this->user->isAdmin() ? $this->settings($request) : new stdClass();

        $this->check($settings);

        $urlBefore = $this->config->get(self::URL);
        $response = $handler->handle($request);

        if ($this->config->get(self::URL) !== $urlBefore && $this->text($settings, self::API_KEY) === '') {
            $this->configWriter->set(self::API_KEY, null);
            $this->configWriter->save();
        }

        return $response;
    }

    private function check(stdClass $settings): void
    {
        try {
            if ($this->text($settings, self::URL) !== '') {
                BridgeUrl::parse($this->text($settings, self::URL));
            }

            if ($this->text($settings, self::API_KEY) !== '') {
                BridgeSettings::checkApiKey($this->text($settings, self::API_KEY));
            }
        } catch (BridgeException $error) {
            throw $this->refusals->badRequest([Message::ofBridge($error)]);
        }
    }

    private function settings(ServerRequestInterface $request): stdClass
    {
        $settings = json_decode((string) $request->getBody());
        $request->getBody()->rewind();

        return $settings instanceof stdClass ? $settings : new stdClass();
    }

    private function text(stdClass $settings, string $name): string
    {
        $value = $settings->$name ?? null;

        return is_string($value) ? trim($value) : '';
    }
}
