<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Middleware;

use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\BridgeSettings;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Bridge\StoredBridge;
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
    public function __construct(
        private StoredBridge $stored,
        private User $user,
        private Refusals $refusals,
    ) {}

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $settings = $this->user->isAdmin() ? $this->settings($request) : new stdClass();

        $this->check($settings);

        $urlBefore = $this->stored->url();
        $response = $handler->handle($request);

        if ($this->stored->url() !== $urlBefore && $this->text($settings, StoredBridge::API_KEY) === '') {
            $this->stored->forgetApiKey();
        }

        return $response;
    }

    private function check(stdClass $settings): void
    {
        try {
            BridgeSettings::checkEntered(
                $this->text($settings, StoredBridge::URL),
                $this->text($settings, StoredBridge::API_KEY),
            );
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
