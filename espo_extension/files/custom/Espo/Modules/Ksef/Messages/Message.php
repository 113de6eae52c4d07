<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

use Espo\Modules\Ksef\Bridge\Connection\Step;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Errors\BridgeProblem;
use Espo\Modules\Ksef\Bridge\Http\JsonObject;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use stdClass;

/**
 * One thing to say: a code of the catalogue with what fills its text.
 */
final readonly class Message
{
    /**
     * @param array<string, string|int|OptionName|RecordLink|WebAddress|list<RecordLink>> $params
     * @param ?string $field The input it is about.
     * @param string $fallback What to say when the catalogue does not know the code.
     */
    public function __construct(
        public string $code,
        public array $params = [],
        public Severity $severity = Severity::Error,
        public ?string $field = null,
        public string $fallback = '',
    ) {}

    public static function ofBridge(BridgeException $error): self
    {
        return new self(
            $error->messageCode,
            $error->params,
            fallback: $error instanceof BridgeProblem ? $error->detail : '',
        );
    }

    /**
     * A problem that stands in an answer of the bridge; null where it has none.
     *
     * @throws BridgeAnswerUnreadable
     */
    public static function ofProblem(?JsonObject $json): ?self
    {
        return $json === null ? null : new self(
            $json->string('code'),
            $json->parameters('params'),
            fallback: $json->string('message'),
        );
    }

    /**
     * What KSeF announces of itself where the bridge could not reach it.
     */
    public static function ofAnnounced(BridgeException $error): ?self
    {
        $words = $error instanceof BridgeProblem ? $error->announced : null;

        return $words ? new self($words->code, $words->params, fallback: $words->text) : null;
    }

    /**
     * One that was stored with a record.
     *
     * @param mixed $params As the record gives them.
     */
    public static function recorded(string $code, mixed $params): self
    {
        return new self($code, $params instanceof stdClass ? get_object_vars($params) : []);
    }

    public static function ofStep(Step $step): ?self
    {
        return $step->code === null ? null : new self($step->code, $step->params, fallback: $step->message ?? '');
    }

    /**
     * The parameters as plain values.
     *
     * @return array<string, string|int>
     */
    public function plainParams(): array
    {
        return array_map(
            static fn (mixed $value): string|int => match (true) {
                $value instanceof RecordLink => $value->name,
                $value instanceof OptionName => $value->value,
                $value instanceof WebAddress => $value->url,
                is_array($value) => implode(', ', array_column($value, 'name')),
                default => $value,
            },
            $this->params,
        );
    }
}
