<?php

declare(strict_types=1);

use KsefTests\StaticAnalysis;
use PHPUnit\Framework\TestCase;

require_once 'PhpParser/autoload.php';

/**
 * Nothing that our PHP names is missing, and nothing of it is left over.
 */
final class StaticAnalysisTest extends TestCase
{
    private const SOUND = [
        'Espo/Modules/Ksef/Rooms/Room.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Rooms;

            use Espo\Modules\Ksef\Tools\Broken;
            use Espo\Modules\Ksef\Tools\Kind;
            use Espo\Modules\Ksef\Tools\Lamp;
            use Espo\Modules\Ksef\Tools\Light;
            use Espo\ORM\Entity;
            use Exception;
            use stdClass;

            final class Room extends House implements \Espo\Core\Place
            {
                private const WALLS = 4;
                private array $chairs;

                public function __construct(private Lamp $lamp) {}

                /** @param iterable<Entity> $entities */
                public function enter(
                    Light $light,
                    ?Lamp $given,
                    Lamp|string $either,
                    Lamp $first,
                    Lamp $last,
                    mixed $any,
                    iterable $entities,
                ): string {
                    $this->lamp->shine(1, colour: 2);
                    $light->shine(self::WALLS + self::OF_THE_INTERFACE);
                    $this->lamp->shine(1, 2, ...$this->swept());
                    $given?->other()->shine(Lamp::VOLTS + $this->lamp->hours);
                    $this->doors($any->any(), $light instanceof Lamp && $light->other());
                    array_map($this->swept(...), [count($this->chairs)]);
                    foreach ($entities as $first) {
                        $first->get();
                    }

                    [$last] = $entities;
                    $last->get();

                    try {
                        throw new Broken(new Lamp(1), new stdClass());
                    } catch (Broken $broken) {
                        return $broken->getMessage() . $broken->lamp->hours . Kind::from('warm')->value;
                    } catch (Exception $other) {
                        return Kind::Warm->name . $other->getLine();
                    }
                }

                private function swept(): array
                {
                    return [new Switches()];
                }
            }
            PHP,
        'Espo/Modules/Ksef/Rooms/Switches.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Rooms;

            final class Switches {}
            PHP,
        'Espo/Modules/Ksef/Rooms/Foreign.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Rooms;

            class Foreign extends \Espo\Core\Building
            {
                public function enter(self $other): void
                {
                    $this->whatever($other->any, self::SOME, parent::enter());
                }
            }
            PHP,
        'Espo/Modules/Ksef/Tools/Lamp.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Tools;

            final class Lamp implements Light
            {
                public const VOLTS = 230;
                public int $hours = 0;

                public function __construct(int $watts)
                {
                    $this->heat();
                }

                public static function made(int $watts): static
                {
                    return new static($watts);
                }

                public function shine(int $hours, int $colour = 1): void {}

                public function glow(): void {}

                public function other(): ?self
                {
                    return null;
                }

                private function heat(): void {}
            }
            PHP,
        'Espo/Modules/Ksef/Tools/Light.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Tools;

            interface Light extends Glow
            {
                public function shine(int $hours): void;
            }
            PHP,
        'Espo/Modules/Ksef/Tools/Glow.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Tools;

            interface Glow
            {
                public function glow(): void;
            }
            PHP,
        'Espo/Modules/Ksef/Tools/Candle.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Tools;

            abstract class Candle implements Light
            {
                public function burn(): void
                {
                    $this->shine(1);
                    $this->glow();
                }
            }
            PHP,
        'Espo/Modules/Ksef/Tools/Broken.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Tools;

            final class Broken extends \RuntimeException
            {
                public function __construct(public readonly Lamp $lamp, object ...$more)
                {
                    parent::__construct('broken');
                }
            }
            PHP,
        'Espo/Modules/Ksef/Tools/Kind.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Tools;

            enum Kind: string
            {
                case Warm = 'warm';
            }
            PHP,
        'Espo/Modules/Ksef/Rooms/House.php' => <<<'PHP'
            <?php
            namespace Espo\Modules\Ksef\Rooms;

            abstract class House
            {
                protected function doors(mixed ...$any): void {}
            }
            PHP,
    ];

    public function testTheExtension(): void
    {
        $extension = dirname(__DIR__, 3) . '/espo_extension';
        $sources = self::sources("$extension/files/custom") + self::sources("$extension/scripts");

        self::assertArrayHasKey('Espo/Modules/Ksef/Binding.php', $sources);
        self::assertArrayHasKey('AfterInstall.php', $sources);
        self::assertSame([], StaticAnalysis::findings($sources));
    }

    public function testWhatIsThereIsNoFault(): void
    {
        self::assertSame([], StaticAnalysis::findings(self::SOUND));
    }

    /**
     * @dataProvider faults
     */
    public function testAFault(string $sound, string $faulty, string $finding): void
    {
        $path = array_key_first(self::SOUND);
        $source = str_replace($sound, $faulty, self::SOUND[$path]);

        self::assertNotSame(self::SOUND[$path], $source);
        self::assertStringContainsString(
            $finding,
            implode("\n", StaticAnalysis::findings([$path => $source] + self::SOUND)),
        );
    }

    public static function faults(): iterable
    {
        $call = '$this->lamp->shine(1, colour: 2);';

        yield 'a class in another file' => ['class Room', 'class Hall', 'Hall does not lie where'];
        yield 'an import of a class that is not there' => [
            'Tools\\Lamp;',
            'Tools\\Lump;',
            'no class Espo\\Modules\\Ksef\\Tools\\Lump',
        ];
        yield 'an import that is not used' => [
            'use Espo\\ORM\\Entity;',
            'use Espo\\ORM\\Entity; use Espo\\ORM\\Repository;',
            'import of Repository',
        ];
        yield 'a class that is not imported' => [
            $call,
            'new EntityManager();',
            'no class Espo\\Modules\\Ksef\\Rooms\\EntityManager',
        ];
        yield 'a function' => ['count(', 'counted(', 'no function counted'];
        yield 'a method of itself' => [$call, '$this->dim();', 'Room has no method dim'];
        yield 'a static method' => [$call, 'self::dim();', 'Room has no method dim'];
        yield 'a method of its parent' => [$call, 'parent::dim();', 'House has no method dim'];
        yield 'a method of a property' => [$call, '$this->lamp->dim();', 'Lamp has no method dim'];
        yield 'a method of a parameter' => [$call, '$given?->dim();', 'Lamp has no method dim'];
        yield 'a method of what a closure is given' => [
            $call,
            'fn (Lamp $one) => $one->dim();',
            'Lamp has no method dim',
        ];
        yield 'a method of something new' => [$call, '(new Lamp(1))->dim();', 'Lamp has no method dim'];
        yield 'a method of a variable' => [$call, '$lamp = new Lamp(1); $lamp->dim();', 'Lamp has no method dim'];
        yield 'a method of what is returned' => [$call, '$this->lamp->other()->dim();', 'Lamp has no method dim'];
        yield 'a method of one or the other' => [$call, '($given ?: $this->lamp)->dim();', 'Lamp has no method dim'];
        yield 'a method of one type of two' => [$call, '$either->dim();', 'Lamp has no method dim'];
        yield 'a method of what may be missing' => [
            $call,
            '($given ?? throw new Exception())->dim();',
            'Lamp has no method dim',
        ];
        yield 'a method of a copy' => [$call, '(clone $given)->dim();', 'Lamp has no method dim'];
        yield 'a method of an error' => ['$broken->getMessage()', '$broken->dim()', 'Broken has no method dim'];
        yield 'a method that an interface lacks' => [
            $call,
            '$light->dim();',
            'Light|Espo\\Modules\\Ksef\\Tools\\Lamp has no method dim',
        ];
        yield 'a method of an enumeration' => ['Kind::from(', 'Kind::of(', 'Kind has no method of'];
        yield 'a property' => [$call, '$this->lamp->watt;', 'Lamp has no property watt'];
        yield 'a property of an enumeration' => ['->value', '->worth', 'Kind has no property worth'];
        yield 'a constant' => ['Lamp::VOLTS', 'Lamp::WATTS', 'Lamp has no constant WATTS'];
        yield 'a case' => ['Kind::Warm', 'Kind::Hot', 'Kind has no constant Hot'];
        yield 'a private method of another' => [
            $call,
            '$this->lamp->heat();',
            'method heat of Espo\\Modules\\Ksef\\Tools\\Lamp is private',
        ];
        yield 'a method of an object, called by the class' => [$call, 'Lamp::other();', 'is not static'];
        yield 'an argument too few' => [$call, '$this->lamp->shine();', 'needs the argument hours'];
        yield 'an argument too many' => [$call, '$this->lamp->shine(1, 2, 3);', 'takes no argument number 2'];
        yield 'the name of an argument' => [$call, '$this->lamp->shine(1, color: 2);', 'takes no argument color'];
        yield 'a constructor’s argument too few' => ['new Lamp(1)', 'new Lamp()', 'needs the argument watts'];
        yield 'a constructor’s argument too many' => [
            'new Lamp(1)',
            'new Lamp(1, 2)',
            'takes no argument number 1',
        ];
        yield 'an argument where there is no constructor' => [
            'new Switches()',
            'new Switches(1)',
            'takes no argument number 0',
        ];
        yield 'a private method that is not used' => ['$this->swept(', 'range(', 'private method swept'];
        yield 'a private property that is not used' => [
            'count($this->chairs)',
            'count([])',
            'private property chairs',
        ];
        yield 'a private property of which another has the name' => [
            '$this->chairs)',
            '$given->chairs)',
            'private property chairs',
        ];
        yield 'a private property that is written only' => [
            'count($this->chairs)',
            '$this->chairs = []',
            'private property chairs',
        ];
        yield 'a private constant that is not used' => ['self::WALLS', '4', 'private constant WALLS'];
    }

    /**
     * @return array<string, string>
     */
    private static function sources(string $folder): array
    {
        $sources = [];

        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder)) as $file) {
            if ($file->getExtension() === 'php') {
                $path = substr($file->getPathname(), strlen($folder) + 1);
                $sources[$path] = (string) file_get_contents($file->getPathname());
            }
        }

        return $sources;
    }
}
