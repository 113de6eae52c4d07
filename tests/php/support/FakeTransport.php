<?php

declare(strict_types=1);

namespace KsefTests;

use Espo\Modules\Ksef\Bridge\Http\BridgeUrl;
use Espo\Modules\Ksef\Bridge\Http\HttpAnswer;
use Espo\Modules\Ksef\Bridge\Http\HttpRequest;
use Espo\Modules\Ksef\Bridge\Http\HttpTransport;

/**
 * Answers as told, one answer after the other, and remembers what was asked.
 */
final class FakeTransport implements HttpTransport
{
    /** @var list<HttpRequest> */
    public array $requests = [];

    /** @var list<BridgeUrl> */
    public array $urls = [];

    /** @var list<HttpAnswer> */
    private array $answers;

    public function __construct(HttpAnswer ...$answers)
    {
        $this->answers = array_values($answers);
    }

    /**
     * A bridge whose contract fits, before it gives the answers.
     */
    public static function fitting(HttpAnswer ...$answers): self
    {
        return new self(self::json(['version' => '1.0.0', 'contract' => 1]), ...$answers);
    }

    public static function json(mixed $body, int $status = 200): HttpAnswer
    {
        return new HttpAnswer($status, ['content-type' => 'application/json'], json_encode($body, JSON_THROW_ON_ERROR));
    }

    /**
     * @param array<string, mixed> $more Members beside the usual ones.
     * @param array<string, string> $headers
     */
    public static function problem(int $status, string $code, array $more = [], array $headers = []): HttpAnswer
    {
        $body = $more + ['code' => $code, 'params' => (object) [], 'detail' => "Text of $code.", 'status' => $status];

        return new HttpAnswer(
            $status,
            ['content-type' => 'application/problem+json'] + $headers,
            json_encode($body, JSON_THROW_ON_ERROR),
        );
    }

    public function send(BridgeUrl $url, HttpRequest $request): HttpAnswer
    {
        $this->urls[] = $url;
        $this->requests[] = $request;

        return array_shift($this->answers) ?? throw new \LogicException('Nobody expected this request.');
    }

    /**
     * @return list<string>
     */
    public function paths(): array
    {
        return array_map(static fn (HttpRequest $each): string => "$each->method $each->path", $this->requests);
    }
}
