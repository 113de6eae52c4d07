<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Http;

use DateTimeImmutable;
use DateTimeZone;
use Espo\Modules\Ksef\Bridge\Errors\BridgeAnswerUnreadable;
use JsonException;
use SensitiveParameter;
use stdClass;

/**
 * A JSON object whose members have the types that the contract gives them, or the answer is unreadable.
 */
final readonly class JsonObject
{
    private const DEPTH = 16;

    private function __construct(
        #[SensitiveParameter]
        private stdClass $members,
    ) {}

    /**
     * @throws BridgeAnswerUnreadable
     */
    public static function parse(#[SensitiveParameter] string $json): self
    {
        try {
            $value = json_decode($json, false, self::DEPTH, JSON_THROW_ON_ERROR);
        } catch (JsonException) {
            throw self::unreadable();
        }

        return self::of($value);
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public function string(string $name): string
    {
        $value = $this->value($name);

        return is_string($value) ? $value : throw self::unreadable();
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public function optionalString(string $name): ?string
    {
        return $this->value($name) === null ? null : $this->string($name);
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public function integer(string $name): int
    {
        $value = $this->value($name);

        return is_int($value) ? $value : throw self::unreadable();
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public function optionalInteger(string $name): ?int
    {
        return $this->value($name) === null ? null : $this->integer($name);
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public function boolean(string $name): bool
    {
        $value = $this->value($name);

        return is_bool($value) ? $value : throw self::unreadable();
    }

    /**
     * @return DateTimeImmutable In UTC.
     * @throws BridgeAnswerUnreadable
     */
    public function moment(string $name): DateTimeImmutable
    {
        $moment = DateTimeImmutable::createFromFormat('!Y-m-d\TH:i:s\Z', $this->string($name), new DateTimeZone('UTC'));

        return $moment ?: throw self::unreadable();
    }

    /**
     * @return ?DateTimeImmutable In UTC.
     * @throws BridgeAnswerUnreadable
     */
    public function optionalMoment(string $name): ?DateTimeImmutable
    {
        return $this->value($name) === null ? null : $this->moment($name);
    }

    /**
     * @return ?string A day, as 2026-12-31.
     * @throws BridgeAnswerUnreadable
     */
    public function optionalDay(string $name): ?string
    {
        $day = $this->optionalString($name);
        $parsed = $day === null ? null : DateTimeImmutable::createFromFormat('!Y-m-d', $day);

        return $day === null || $parsed && $parsed->format('Y-m-d') === $day ? $day : throw self::unreadable();
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    public function optionalObject(string $name): ?self
    {
        $value = $this->value($name);

        return $value === null ? null : self::of($value);
    }

    /**
     * @return list<self>
     * @throws BridgeAnswerUnreadable
     */
    public function objects(string $name): array
    {
        return array_map(self::of(...), $this->list($name));
    }

    /**
     * @return list<string>
     * @throws BridgeAnswerUnreadable
     */
    public function strings(string $name): array
    {
        $list = $this->list($name);

        return $list === array_filter($list, is_string(...)) ? $list : throw self::unreadable();
    }

    /**
     * @return ?list<string>
     * @throws BridgeAnswerUnreadable
     */
    public function optionalStrings(string $name): ?array
    {
        return $this->value($name) === null ? null : $this->strings($name);
    }

    /**
     * @return array<string, string> The members of an object that holds strings only.
     * @throws BridgeAnswerUnreadable
     */
    public function stringsByName(string $name): array
    {
        $parameters = $this->parameters($name);

        return $parameters === array_filter($parameters, is_string(...)) ? $parameters : throw self::unreadable();
    }

    /**
     * @return array<string, string|int> The parameters of a text.
     * @throws BridgeAnswerUnreadable
     */
    public function parameters(string $name): array
    {
        $members = get_object_vars(self::of($this->value($name))->members);

        foreach ($members as $value) {
            if (!is_string($value) && !is_int($value)) {
                throw self::unreadable();
            }
        }

        return $members;
    }

    /**
     * @return list<mixed>
     * @throws BridgeAnswerUnreadable
     */
    private function list(string $name): array
    {
        $value = $this->value($name);

        return is_array($value) ? $value : throw self::unreadable();
    }

    private function value(string $name): mixed
    {
        return $this->members->$name ?? null;
    }

    /**
     * @throws BridgeAnswerUnreadable
     */
    private static function of(#[SensitiveParameter] mixed $value): self
    {
        return $value instanceof stdClass ? new self($value) : throw self::unreadable();
    }

    /**
     * @return array{}
     */
    public function __debugInfo(): array
    {
        return [];
    }

    private static function unreadable(): BridgeAnswerUnreadable
    {
        return new BridgeAnswerUnreadable('bridge-answer-unreadable');
    }
}
