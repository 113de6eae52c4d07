<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Credentials\Privilege\AcknowledgedRights;
use PHPUnit\Framework\TestCase;

/**
 * An acknowledged warning is given again only when it says something new.
 */
final class AcknowledgedRightsTest extends TestCase
{
    /**
     * @dataProvider warnings
     */
    public function testCovered(string $code, ?string $unneeded, bool $isCovered): void
    {
        $acknowledged = new AcknowledgedRights('permissions-unneeded', [
            'unneeded' => 'CredentialsManage, SubunitManage',
        ]);

        self::assertSame($isCovered, $acknowledged->cover($code, $unneeded === null ? [] : ['unneeded' => $unneeded]));
    }

    public static function warnings(): iterable
    {
        yield 'the same' => ['permissions-unneeded', 'CredentialsManage, SubunitManage', true];
        yield 'in another order' => ['permissions-unneeded', 'SubunitManage, CredentialsManage', true];
        yield 'fewer' => ['permissions-unneeded', 'SubunitManage', true];
        yield 'a new right' => ['permissions-unneeded', 'CredentialsManage, EnforcementOperations', false];
        yield 'an owner now' => ['permissions-of-owner', 'CredentialsManage, SubunitManage', false];
        yield 'nobody knows which' => ['permissions-unneeded', null, false];
    }

    public function testNothingIsCoveredWithoutAnAcknowledgement(): void
    {
        self::assertFalse((new AcknowledgedRights('', []))->cover('permissions-unneeded', ['unneeded' => 'A']));
        self::assertFalse((new AcknowledgedRights('', []))->cover('', []));
    }
}
