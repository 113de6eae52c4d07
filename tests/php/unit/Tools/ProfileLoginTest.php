<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Tools\Record\Profiles;
use PHPUnit\Framework\TestCase;

/**
 * Which changes of a profile make what was found of its connection void.
 */
final class ProfileLoginTest extends TestCase
{
    private const PROFILE = [
        'name' => 'Sklep',
        'status' => 'Active',
        'tokenSealed' => 'a seal',
        'authorizationCertificateId' => 'c1',
        'offlineCertificateId' => 'o1',
    ];

    /**
     * @dataProvider changes
     * @param array<string, ?string> $change
     */
    public function testChange(string $type, array $change, bool $isOtherLogin): void
    {
        $before = ['authorizationType' => $type] + self::PROFILE;

        self::assertSame($isOtherLogin, $this->login($before) !== $this->login($change + $before));
    }

    public static function changes(): iterable
    {
        yield 'another name' => ['Token', ['name' => 'Inny'], false];
        yield 'switched off' => ['Token', ['status' => 'Inactive'], true];
        yield 'another token' => ['Token', ['tokenSealed' => 'another'], true];
        yield 'no token' => ['Token', ['tokenSealed' => null], true];
        yield 'a certificate that is not used' => ['Token', ['authorizationCertificateId' => 'c2'], false];
        yield 'an Offline certificate' => ['Token', ['offlineCertificateId' => 'o2'], false];
        yield 'another way' => ['Token', ['authorizationType' => 'Certificate'], true];
        yield 'another certificate' => ['Certificate', ['authorizationCertificateId' => 'c2'], true];
        yield 'a token that is not used' => ['Certificate', ['tokenSealed' => null], false];
        yield 'another Offline certificate' => ['Certificate', ['offlineCertificateId' => null], false];
        yield 'nothing chosen' => ['', ['tokenSealed' => 'another'], false];
    }

    /**
     * @param array<string, ?string> $profile
     * @return list<mixed>
     */
    private function login(array $profile): array
    {
        return Profiles::login(static fn (string $attribute): ?string => $profile[$attribute] ?? null);
    }
}
