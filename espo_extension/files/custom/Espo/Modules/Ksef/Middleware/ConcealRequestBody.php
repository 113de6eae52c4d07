<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Middleware;

use Espo\Core\Api\ErrorOutput;
use Espo\Core\Api\RequestWrapper;
use Espo\Core\Api\ResponseWrapper;
use Espo\Core\Exceptions\InternalServerError;
use Espo\Core\Exceptions\ServiceUnavailable;
use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Exception;
use PDOException;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;
use Slim\Psr7\Factory\ResponseFactory;
use Throwable;

/**
 * Answers errors of requests that carry secrets as EspoCRM would, but itself: EspoCRM writes the
 * body of a request that failed into its log when the level is DEBUG.
 */
final readonly class ConcealRequestBody implements MiddlewareInterface
{
    private const INTEGRITY_VIOLATION = '23';

    public function __construct(
        private ErrorOutput $errorOutput,
        private Refusals $refusals,
        private Log $log,
    ) {}

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        try {
            return $handler->handle($request);
        } catch (Throwable $error) {
            return $this->answer($request, $this->presentable($error));
        }
    }

    private function answer(ServerRequestInterface $request, Exception $error): ResponseInterface
    {
        $response = new ResponseWrapper((new ResponseFactory())->createResponse());
        $response->setHeader('Content-Type', 'application/json');

        // Without the route, which is what makes EspoCRM write the body.
        $this->errorOutput->process(new RequestWrapper($request), $response, $error);

        if ($error instanceof ServiceUnavailable) {
            $response->setHeader('X-Status-Reason', $error->getMessage());
        }

        return $response->toPsr7();
    }

    /**
     * What may be logged and shown of the error.
     */
    private function presentable(Throwable $error): Exception
    {
        if ($error instanceof PDOException && str_starts_with((string) $error->getCode(), self::INTEGRITY_VIOLATION)) {
            // Two saves at the same moment: both found the place free.
            return $this->refusals->conflict([new Message('record-exists')]);
        }

        if ($error instanceof Exception) {
            return $error;
        }

        // A defect: the message of PHP's own errors may quote what was sent.
        $this->log->critical('KSeF: {type} at {file}({line})', [
            'type' => $error::class,
            'file' => $error->getFile(),
            'line' => $error->getLine(),
        ]);

        return new InternalServerError('Unexpected error.');
    }
}
