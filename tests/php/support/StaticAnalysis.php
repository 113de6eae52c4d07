<?php

declare(strict_types=1);

namespace KsefTests;

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Name;
use PhpParser\Node\Stmt;
use PhpParser\NodeTraverser;
use PhpParser\NodeVisitor\NameResolver;
use PhpParser\NodeVisitorAbstract;
use PhpParser\ParserFactory;

/**
 * What a static analyser would find first: classes, members and parameters that are not there, and what is there
 * for nothing. PHP itself says so only when a line runs, and most of ours run in an EspoCRM only.
 *
 * PHPStan is what one would use wherever it can be had. This knows less: what PHPDoc says of types is not read, all
 * that a method binds to a variable counts at once, and a member must be in one of the classes that a value may have.
 */
final class StaticAnalysis extends NodeVisitorAbstract
{
    /** @var list<string> */
    private array $findings = [];

    /** @var array<string, int> The lines of the imports, by the name that each gives. */
    private array $imports = [];

    /** @var array<string, true> Names as they are written, and lines of PHPDoc that have types. */
    private array $words = [];

    private string $class = DeclaredClasses::UNKNOWN;

    /** Of what stands in the method at hand. */
    private ValueTypes $types;

    /** @var array<string, array<string, true>> What the class at hand uses, by kind and name. */
    private array $used = [];

    private function __construct(private readonly DeclaredClasses $classes, private readonly string $path) {}

    /**
     * @param array<string, string> $sources By path below the folder from which PSR-4 counts.
     * @return list<string>
     */
    public static function findings(array $sources): array
    {
        $parser = (new ParserFactory())->create(ParserFactory::ONLY_PHP7);
        $files = [];

        foreach ($sources as $path => $source) {
            $resolver = new NodeTraverser();
            $resolver->addVisitor(new NameResolver(null, ['preserveOriginalNames' => true]));
            $files[$path] = $resolver->traverse($parser->parse($source));
        }

        $classes = new DeclaredClasses(array_merge(...array_values($files)));
        $findings = [];

        foreach ($files as $path => $nodes) {
            $analysis = new self($classes, $path);
            $traverser = new NodeTraverser();
            $traverser->addVisitor($analysis);
            $traverser->traverse($nodes);
            $findings = [...$findings, ...$analysis->findings];
        }

        return $findings;
    }

    public function enterNode(Node $node)
    {
        $this->readComments($node);

        match (true) {
            $node instanceof Stmt\UseUse => $this->enterImport($node),
            $node instanceof Stmt\ClassLike => $this->enterClass($node),
            $node instanceof Stmt\ClassMethod => $this->types = new ValueTypes($this->classes, $this->class, $node),
            $node instanceof Name => $this->checkName($node),
            $node instanceof Expr\FuncCall => $this->checkFunction($node),
            $node instanceof Expr\New_ => $this->checkNew($node),
            $node instanceof Expr\Assign => $node->var->setAttribute('isOnlyWritten', true),
            isset(Member::KINDS[$node::class]) => $this->checkMember($node, Member::KINDS[$node::class]),
            default => null,
        };

        return null;
    }

    public function leaveNode(Node $node)
    {
        if ($node instanceof Stmt\ClassLike) {
            foreach (array_unique(Member::KINDS) as $kind) {
                $own = $this->classes->own($this->class, $kind);

                foreach (array_diff_key($own, $this->used[$kind] ?? []) as $name => $member) {
                    if ($member->isPrivate && $name !== '__construct') {
                        $this->add($node, "the private $kind $name is not used");
                    }
                }
            }
        }

        return null;
    }

    public function afterTraverse(array $nodes)
    {
        foreach (array_diff_key($this->imports, $this->words) as $name => $line) {
            $this->findings[] = "$this->path:$line: the import of $name is not used";
        }

        return null;
    }

    private function readComments(Node $node): void
    {
        foreach ($node->getComments() as $comment) {
            preg_match_all('/@[a-z-]+ .*/', $comment->getText(), $lines);
            preg_match_all('/\w+/', implode("\n", $lines[0]), $words);
            $this->words += array_fill_keys($words[0], true);
        }
    }

    private function enterImport(Stmt\UseUse $import): void
    {
        $this->imports[(string) $import->getAlias()] = $import->getLine();

        if (!$this->classes->has((string) $import->name)) {
            $this->add($import, "there is no class $import->name");
        }
    }

    private function enterClass(Stmt\ClassLike $class): void
    {
        $this->class = (string) $class->namespacedName;
        $this->types = new ValueTypes($this->classes, $this->class);
        $this->used = [];

        if (str_replace('\\', '/', $this->class) . '.php' !== $this->path) {
            $this->add($class, "$this->class does not lie where PSR-4 looks for it");
        }
    }

    private function checkName(Name $name): void
    {
        $original = $name->getAttribute('originalName');

        if (!$name instanceof Name\FullyQualified || $original === null) {
            return;
        }

        $this->words[$original->getFirst()] = true;

        if (!$this->classes->has((string) $name) && !function_exists((string) $name) && !defined((string) $name)) {
            $this->add($name, "there is no class $name");
        }
    }

    private function checkFunction(Expr\FuncCall $call): void
    {
        if ($call->name instanceof Name && !function_exists($call->name->getLast())) {
            $this->add($call, "there is no function $call->name");
        }
    }

    private function checkNew(Expr\New_ $new): void
    {
        foreach ($this->types->of($new->class) as $class) {
            $constructor = $this->classes->find($class, Member::METHOD, '__construct');

            if ($constructor !== true) {
                $this->checkArguments($new, $constructor ?: new Member($class, false, false, null), "new $class");
            }
        }
    }

    private function checkMember(Expr $use, string $kind): void
    {
        if (!$use->name instanceof Node\Identifier || (string) $use->name === 'class') {
            return;
        }

        $name = (string) $use->name;
        $classes = $this->types->of($use->var ?? $use->class);

        $isOfItself = (bool) array_intersect([$this->class, DeclaredClasses::UNKNOWN], $classes);

        if ($isOfItself && !$use->getAttribute('isOnlyWritten')) {
            $this->used[$kind][$name] = true;
        }

        $found = array_values(array_filter(array_map(
            fn (string $class): Member|bool => $this->classes->find($class, $kind, $name),
            $classes,
        )));

        if ($classes && !$found) {
            $this->add($use, implode('|', $classes) . " has no $kind $name");
        }

        foreach (count($found) === 1 && $found[0] instanceof Member ? $found : [] as $member) {
            $title = "$kind $name of $member->class";
            $isByClass = $use instanceof Expr\StaticCall && $use->class instanceof Name\FullyQualified;

            if ($member->isPrivate && $member->class !== $this->class) {
                $this->add($use, "the $title is private");
            }

            if ($isByClass && !$member->isStatic) {
                $this->add($use, "the $title is not static");
            }

            if ($kind === Member::METHOD) {
                $this->checkArguments($use, $member, "the $title");
            }
        }
    }

    private function checkArguments(Expr\CallLike $call, Member $called, string $title): void
    {
        if ($call->isFirstClassCallable() || array_filter(array_column($call->getArgs(), 'unpack'))) {
            return;
        }

        // By name, whether it must be given.
        $parameters = [];
        $takesMore = array_filter(array_column($called->parameters, 'variadic'));

        foreach ($called->parameters as $parameter) {
            $parameters[(string) $parameter->var->name] = $parameter->default === null && !$parameter->variadic;
        }

        $given = [];

        foreach ($call->getArgs() as $index => $argument) {
            $given[(string) ($argument->name ?? array_keys($parameters)[$index] ?? "number $index")] = true;
        }

        foreach ($takesMore ? [] : array_keys(array_diff_key($given, $parameters)) as $name) {
            $this->add($call, "$title takes no argument $name");
        }

        foreach (array_keys(array_diff_key(array_filter($parameters), $given)) as $name) {
            $this->add($call, "$title needs the argument $name");
        }
    }

    private function add(Node $node, string $what): void
    {
        $this->findings[] = "$this->path:{$node->getLine()}: $what";
    }
}
