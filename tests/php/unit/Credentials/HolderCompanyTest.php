<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Certificate\HolderCompany;
use PHPUnit\Framework\TestCase;

/**
 * Which company a certificate names as its holder.
 */
final class HolderCompanyTest extends TestCase
{
    private const NIP = '5265877635';

    public function testACompanyHasItsNipAndItsName(): void
    {
        $company = HolderCompany::of('Nip', self::NIP, 'CN=Kowalski,O=Sklep „Kowalski\, Syn” S.A.,C=PL');

        self::assertSame([self::NIP, 'Sklep „Kowalski, Syn” S.A.'], [$company?->nip, $company?->name]);
    }

    public function testANameMayBeMissing(): void
    {
        self::assertSame('', HolderCompany::of('Nip', self::NIP, 'CN=Jan Kowalski,C=PL')?->name);
    }

    public function testANameIsAsLongAsAProfileTakes(): void
    {
        $name = str_repeat('ą', 300);

        self::assertSame(str_repeat('ą', 255), HolderCompany::of('Nip', self::NIP, "O=$name")?->name);
    }

    /**
     * @dataProvider persons
     */
    public function testAPersonIsNoCompany(string $type, string $value): void
    {
        self::assertNull(HolderCompany::of($type, $value, 'CN=Jan Kowalski,O=Sklep,C=PL'));
    }

    public static function persons(): iterable
    {
        yield ['Pesel', '44051401458'];
        yield ['Fingerprint', str_repeat('A', 64)];
        yield ['', ''];
    }
}
