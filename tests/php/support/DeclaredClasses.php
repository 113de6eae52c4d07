<?php

declare(strict_types=1);

namespace KsefTests;

use PhpParser\Node;
use PhpParser\Node\Stmt;
use PhpParser\NodeFinder;

/**
 * Our classes as their files declare them, none of which is loaded: most are made of EspoCRM's, which is not here.
 */
final class DeclaredClasses
{
    /** The name of a type of which nothing is known. */
    public const UNKNOWN = 'mixed';

    private const OURS = 'Espo\\Modules\\Ksef\\';

    /** @var array<string, Stmt\ClassLike> */
    private array $classes = [];

    /** @var array<string, array<string, array<string, Member>>> By class, kind and name. */
    private array $members = [];

    /**
     * @param array<Node> $nodes Of all files, their names resolved.
     */
    public function __construct(array $nodes)
    {
        foreach ((new NodeFinder())->findInstanceOf($nodes, Stmt\ClassLike::class) as $class) {
            $name = (string) $class->namespacedName;
            $this->classes[$name] = $class;
            $this->members[$name] = self::members($name, $class);
        }
    }

    /**
     * Whether the class is there, or is of another, and nobody here can know.
     */
    public function has(string $class): bool
    {
        $isOthers = str_contains($class, '\\') && !str_starts_with($class, self::OURS);

        return $isOthers || isset($this->classes[$class]) || self::isOfPhp($class);
    }

    /**
     * @return array<string, Member> By name, without those that it inherits.
     */
    public function own(string $class, string $kind): array
    {
        return $this->members[$class][$kind] ?? [];
    }

    /**
     * @param string $kind One of Member's.
     * @return Member|bool Of ours, where it is declared. Of PHP's classes, whether it is there. True for those
     *     of others.
     */
    public function find(string $class, string $kind, string $name): Member|bool
    {
        if (!isset($this->classes[$class])) {
            return !self::isOfPhp($class) || match ($kind) {
                Member::METHOD => method_exists($class, $name),
                Member::PROPERTY => property_exists($class, $name),
                Member::CONSTANT => defined("$class::$name"),
            };
        }

        if (isset($this->members[$class][$kind][$name])) {
            return $this->members[$class][$kind][$name];
        }

        foreach ($this->ancestors($this->classes[$class], $kind) as $ancestor) {
            $found = $this->find($ancestor, $kind, $name);

            if ($found !== false) {
                return $found;
            }
        }

        return false;
    }

    public function parent(string $class): string
    {
        return (string) ($this->classes[$class]->extends ?? self::UNKNOWN);
    }

    private static function isOfPhp(string $class): bool
    {
        return class_exists($class, false) || interface_exists($class, false);
    }

    /**
     * @return list<string> That may have it; what an interface wants of a whole class, the class itself declares.
     */
    private function ancestors(Stmt\ClassLike $class, string $kind): array
    {
        $isWhole = !$class instanceof Stmt\Interface_ && !($class instanceof Stmt\Class_ && $class->isAbstract());
        $names = is_array($class->extends ?? null) ? $class->extends : array_filter([$class->extends ?? null]);

        if (!$isWhole || $kind === Member::CONSTANT) {
            $names = [...$names, ...$class->implements ?? []];
        }

        return array_map(strval(...), array_values($names));
    }

    /**
     * @return array<string, array<string, Member>>
     */
    private static function members(string $name, Stmt\ClassLike $class): array
    {
        $members = $class instanceof Stmt\Enum_ ? self::membersOfEnums($name, $class) : [];

        foreach ($class->stmts as $stmt) {
            $isPrivate = method_exists($stmt, 'isPrivate') && $stmt->isPrivate();

            if ($stmt instanceof Stmt\ClassMethod) {
                $members[Member::METHOD][(string) $stmt->name] =
                    new Member($name, $isPrivate, $stmt->isStatic(), $stmt->returnType, $stmt->params);
            }

            foreach ($stmt instanceof Stmt\ClassMethod ? $stmt->params : [] as $promoted) {
                if ($promoted->flags) {
                    $isPrivate = (bool) ($promoted->flags & Stmt\Class_::MODIFIER_PRIVATE);
                    $members[Member::PROPERTY][(string) $promoted->var->name] =
                        new Member($name, $isPrivate, false, $promoted->type);
                }
            }

            foreach ($stmt instanceof Stmt\Property ? $stmt->props : [] as $property) {
                $members[Member::PROPERTY][(string) $property->name] =
                    new Member($name, $isPrivate, $stmt->isStatic(), $stmt->type);
            }

            foreach ($stmt instanceof Stmt\ClassConst ? $stmt->consts : [] as $constant) {
                $members[Member::CONSTANT][(string) $constant->name] = new Member($name, $isPrivate, true, null);
            }
        }

        return $members;
    }

    /**
     * @return array<string, array<string, Member>> Its cases, and what PHP gives to each.
     */
    private static function membersOfEnums(string $name, Stmt\Enum_ $enum): array
    {
        $itself = new Node\Name\FullyQualified($name);
        $member = static fn (?Node $type, bool $isStatic, Node\Param ...$parameters): Member =>
            new Member($name, false, $isStatic, $type, $parameters);
        $members = [
            Member::METHOD => ['cases' => $member(null, true)],
            Member::PROPERTY => ['name' => $member(new Node\Identifier('string'), false)],
        ];

        if ($enum->scalarType) {
            $value = new Node\Param(new Node\Expr\Variable('value'));
            $members[Member::METHOD] += array_fill_keys(['from', 'tryFrom'], $member($itself, true, $value));
            $members[Member::PROPERTY]['value'] = $member($enum->scalarType, false);
        }

        foreach (array_filter($enum->stmts, static fn (Node $stmt): bool => $stmt instanceof Stmt\EnumCase) as $case) {
            $members[Member::CONSTANT][(string) $case->name] = $member($itself, true);
        }

        return $members;
    }
}
