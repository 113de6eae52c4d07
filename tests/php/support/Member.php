<?php

declare(strict_types=1);

namespace KsefTests;

use PhpParser\Node;
use PhpParser\Node\Expr;

/**
 * A method, property, constant or enum case as one of our classes declares it.
 */
final readonly class Member
{
    public const METHOD = 'method';
    public const PROPERTY = 'property';
    public const CONSTANT = 'constant';

    /** What each expression is a use of; it has a `name` and `var` or `class`. */
    public const KINDS = [
        Expr\MethodCall::class => self::METHOD,
        Expr\NullsafeMethodCall::class => self::METHOD,
        Expr\StaticCall::class => self::METHOD,
        Expr\PropertyFetch::class => self::PROPERTY,
        Expr\NullsafePropertyFetch::class => self::PROPERTY,
        Expr\StaticPropertyFetch::class => self::PROPERTY,
        Expr\ClassConstFetch::class => self::CONSTANT,
    ];

    /**
     * @param ?Node $type Of its value, or of what it returns; null where none is declared.
     * @param array<Node\Param> $parameters
     */
    public function __construct(
        public string $class,
        public bool $isPrivate,
        public bool $isStatic,
        public ?Node $type,
        public array $parameters = [],
    ) {}
}
