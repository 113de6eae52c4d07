<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Messages;

use Espo\Modules\Ksef\Bridge\Inspection\Severity;

/**
 * Messages in words: Markdown in which every parameter stands for itself.
 */
final readonly class Wording
{
    private const PLACEHOLDER = '/\{(\w+)}/';
    // With the stop of a sentence that ends with it.
    private const AT_END = '/\{(\w+)}([*_]*\.(?!\.))?/';
    private const CODE = '/(`[^`]+`)/';
    private const ENDED = '/[.!?…]\z/u';
    private const DAYS = ['date', 'announced', 'announcedOn', 'first', 'last'];
    private const DAY = '/\A\d{4}-\d{2}-\d{2}\z/';
    private const MISSING = '–';
    private const NAME = '/\w+/';
    private const PAGE = 'pageOfMessage';
    private const MORE = 'moreAboutMessage';

    public function __construct(private Texts $texts) {}

    public function of(Message $message): string
    {
        $text = $this->texts->find($message->code);

        if ($text === null || !$this->canFill($text, $message) && $message->fallback !== '') {
            return Markdown::escape($message->fallback !== '' ? $message->fallback : $message->code);
        }

        return $this->fill($text, $message);
    }

    /**
     * With the link to its page: of Markdown, for EspoCRM shows HTML within Markdown as a text.
     */
    public function withPage(Message $message): string
    {
        $page = $this->page($message->code);

        if ($page === null) {
            return $this->of($message);
        }

        $label = Markdown::escape($this->texts->find(self::MORE) ?? $page);

        return $this->of($message) . " [$label]($page)";
    }

    /**
     * @return ?string The address of the code's page; null where there is no site.
     */
    public function page(string $code): ?string
    {
        return $this->texts->documentation()?->page($code, $this->texts->find(self::PAGE) ?? '');
    }

    /**
     * Several messages as one text: errors first, each a paragraph of its own with the link to its page.
     *
     * @param list<Message> $messages
     */
    public function ofAll(array $messages): string
    {
        $paragraphs = array_map($this->withPage(...), $this->bySeverity($messages));

        return implode("\n\n", array_unique($paragraphs));
    }

    /**
     * The form in which messages stand in an answer of the API.
     *
     * @param list<Message> $messages
     * @return list<object{
     *     code: string,
     *     severity: string,
     *     field: ?string,
     *     params: object,
     *     message: string,
     * }>
     */
    public function toList(array $messages): array
    {
        return array_map(
            fn (Message $message): object => (object) [
                'code' => $message->code,
                'severity' => $message->severity->value,
                'field' => $message->field,
                'params' => (object) $message->plainParams(),
                'message' => $this->of($message),
            ],
            $this->bySeverity($messages),
        );
    }

    /**
     * @param list<Message> $messages
     * @return list<Message>
     */
    private function bySeverity(array $messages): array
    {
        $order = array_flip(array_map(static fn (Severity $each): string => $each->value, Severity::cases()));

        usort(
            $messages,
            static fn (Message $a, Message $b): int => $order[$a->severity->value] <=> $order[$b->severity->value],
        );

        return $messages;
    }

    private function canFill(string $text, Message $message): bool
    {
        preg_match_all(self::PLACEHOLDER, $text, $found);

        return array_diff($found[1], array_keys($message->params)) === [];
    }

    private function fill(string $text, Message $message): string
    {
        $filled = '';

        foreach (preg_split(self::CODE, $text, flags: PREG_SPLIT_DELIM_CAPTURE) ?: [] as $index => $part) {
            $filled .= $index % 2 ? $this->fillCode($part, $message) : $this->fillProse($part, $message);
        }

        return $filled;
    }

    private function fillProse(string $text, Message $message): string
    {
        return preg_replace_callback(
            self::AT_END,
            function (array $match) use ($message): string {
                $value = $message->params[$match[1]] ?? self::MISSING;

                return $this->value($match[1], $value) . $this->end($match[2] ?? '', $value);
            },
            $text,
        ) ?? $text;
    }

    private function fillCode(string $code, Message $message): string
    {
        $values = $message->plainParams();

        return preg_replace_callback(
            self::PLACEHOLDER,
            static fn (array $match): string => Markdown::inCode((string) ($values[$match[1]] ?? self::MISSING)),
            $code,
        ) ?? $code;
    }

    /**
     * The stop after a value, unless the value ends with one itself, as "S.A." does.
     *
     * @param string|int|OptionName|RecordLink|WebAddress|list<RecordLink> $value
     */
    private function end(string $stop, string|int|OptionName|RecordLink|WebAddress|array $value): string
    {
        $last = is_array($value) ? end($value) : $value;

        $shown = match (true) {
            $last instanceof RecordLink => $last->name,
            is_string($last) => trim($last),
            default => '',
        };

        return preg_match(self::ENDED, $shown) ? substr($stop, 0, -1) : $stop;
    }

    /**
     * @param string|int|OptionName|RecordLink|WebAddress|list<RecordLink> $value
     */
    private function value(string $name, string|int|OptionName|RecordLink|WebAddress|array $value): string
    {
        if ($value instanceof RecordLink || $value instanceof WebAddress) {
            return $value->toMarkdown();
        }

        if ($value instanceof OptionName) {
            return Markdown::escape($this->texts->option($value));
        }

        if (is_array($value)) {
            return implode(', ', array_map(static fn (RecordLink $each): string => $each->toMarkdown(), $value));
        }

        // A reason may be a code itself; its text is the catalogue's own.
        $reason = $name === 'reason' ? $this->texts->find((string) $value) : null;

        if ($this->isDay($name, $value)) {
            return Markdown::escape($this->texts->day($value));
        }

        return $reason ?? Markdown::escape($this->inWords($name, (string) $value));
    }

    private function isDay(string $name, string|int $value): bool
    {
        return in_array($name, self::DAYS, true) && preg_match(self::DAY, (string) $value) === 1;
    }

    /**
     * The API's names in a value, turned into people's; KSeF's own further ones stay.
     */
    private function inWords(string $name, string $value): string
    {
        $names = $this->texts->names($name);

        return !$names ? $value : (string) preg_replace_callback(
            self::NAME,
            static fn (array $match): string => $names[$match[0]] ?? $match[0],
            $value,
        );
    }
}
