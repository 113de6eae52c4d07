<?php

declare(strict_types=1);

namespace KsefTests;

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Name;
use PhpParser\Node\Stmt;
use PhpParser\NodeFinder;

/**
 * The classes of which values in one method may be, by the types that are declared.
 */
final class ValueTypes
{
    /** @var array<string, list<?Node>> Expressions and types of which each variable may be. */
    private array $bindings = [];

    public function __construct(
        private readonly DeclaredClasses $classes,
        private readonly string $class,
        ?Stmt\ClassMethod $method = null,
    ) {
        foreach ((new NodeFinder())->findInstanceOf($method ?? [], Node::class) as $node) {
            $this->bind($node);
        }
    }

    /**
     * @param ?Node $node An expression, a type or the name of a class.
     * @return list<string> Names of classes, UNKNOWN among them where it may be of any; empty for what is no object.
     */
    public function of(?Node $node): array
    {
        return match (true) {
            $node instanceof Node\NullableType => $this->of($node->type),
            $node instanceof Node\UnionType => $this->ofAny($node->types),
            $node instanceof Node\Identifier, $node instanceof Expr\Throw_, $node instanceof Expr\ConstFetch =>
                in_array((string) ($node->name ?? ''), ['mixed', 'object'], true) ? [DeclaredClasses::UNKNOWN] : [],
            $node instanceof Name => [$this->name($node)],
            $node instanceof Expr\Variable => $this->ofVariable($node),
            $node instanceof Expr\New_ => $this->of($node->class),
            $node instanceof Expr\Clone_, $node instanceof Expr\Assign => $this->of($node->expr),
            $node instanceof Expr\Ternary => $this->ofAny([$node->if ?? $node->cond, $node->else]),
            $node instanceof Expr\BinaryOp\Coalesce => $this->ofAny([$node->left, $node->right]),
            $node instanceof Expr && isset(Member::KINDS[$node::class]) => $this->ofMember($node),
            default => [DeclaredClasses::UNKNOWN],
        };
    }

    /**
     * @param array<?Node> $nodes
     * @return list<string>
     */
    private function ofAny(array $nodes): array
    {
        return array_values(array_unique(array_merge(...array_map($this->of(...), array_values($nodes)))));
    }

    private function name(Name $name): string
    {
        return match ($name->toLowerString()) {
            'self', 'static' => $this->class,
            'parent' => $this->classes->parent($this->class),
            default => (string) $name,
        };
    }

    /**
     * @return list<string>
     */
    private function ofVariable(Expr\Variable $variable): array
    {
        if ($variable->name === 'this') {
            return [$this->class];
        }

        $bindings = is_string($variable->name) ? $this->bindings[$variable->name] ?? [null] : [null];

        // What a variable is bound to may name the variable.
        $this->bindings[$variable->name] = [];
        $types = $this->ofAny($bindings);
        $this->bindings[$variable->name] = $bindings;

        return $types;
    }

    /**
     * @return list<string>
     */
    private function ofMember(Expr $use): array
    {
        $owner = $use->var ?? $use->class;
        $types = [];

        foreach ($use->name instanceof Node\Identifier ? $this->of($owner) : [DeclaredClasses::UNKNOWN] as $class) {
            $member = $this->classes->find($class, Member::KINDS[$use::class], (string) $use->name);
            $scope = $member instanceof Member ? new self($this->classes, $class) : $this;
            $types = [...$types, ...$scope->of($member instanceof Member ? $member->type : null)];
        }

        return $types;
    }

    private function bind(Node $node): void
    {
        [$variables, $values] = match (true) {
            $node instanceof Node\Param => [[$node->var], [$node->type]],
            $node instanceof Expr\Assign && isset($node->var->items) =>
                [array_column(array_filter($node->var->items), 'value'), [null]],
            $node instanceof Expr\Assign => [[$node->var], [$node->expr]],
            $node instanceof Stmt\Catch_ => [[$node->var], $node->types],
            $node instanceof Expr\Instanceof_ => [[$node->expr], [$node->class]],
            $node instanceof Stmt\Foreach_ => [[$node->keyVar, $node->valueVar], [null]],
            default => [[], []],
        };

        foreach ($variables as $variable) {
            if ($variable instanceof Expr\Variable && is_string($variable->name)) {
                $this->bindings[$variable->name] = [...$this->bindings[$variable->name] ?? [], ...$values];
            }
        }
    }
}
