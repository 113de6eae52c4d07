<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Tools\FirstSteps\Checklist;
use Espo\Modules\Ksef\Tools\FirstSteps\FirstStep;
use Espo\Modules\Ksef\Tools\FirstSteps\NoticeReach;
use Espo\Modules\Ksef\Tools\FirstSteps\ProfileProgress;
use PHPUnit\Framework\TestCase;

/**
 * What remains to be done until a company is connected, and the one thing that each line offers to do.
 */
final class ChecklistTest extends TestCase
{
    /**
     * @dataProvider situations
     * @param list<string> $done
     * @param array<string, ?string> $actions
     */
    public function testWhatIsDoneAndWhatIsOffered(
        string $bridge,
        ?ProfileProgress $profile,
        array $done,
        array $actions,
    ): void {
        $steps = Checklist::of($bridge, $profile, new NoticeReach(0, true, true));
        $isDone = array_filter($steps, static fn (FirstStep $step): bool => $step->isDone);

        self::assertSame($done, array_values(array_map(static fn (FirstStep $step): string => $step->name, $isDone)));
        self::assertSame($actions, array_filter(array_column($steps, 'action', 'name')));
    }

    public static function situations(): iterable
    {
        yield 'nothing at all' => [
            'notConfigured',
            null,
            ['notices'],
            ['bridge' => 'openBridge', 'company' => 'createProfile'],
        ];
        yield 'a bridge' => [
            'ok',
            null,
            ['bridge', 'notices'],
            ['company' => 'createProfile', 'credential' => 'addCertificates'],
        ];
        yield 'a company' => [
            'ok',
            self::profile(hasCredential: false),
            ['bridge', 'company', 'notices'],
            ['credential' => 'addCredential', 'offline' => 'addOfflineCertificate'],
        ];
        yield 'a credential' => [
            'ok',
            self::profile(),
            ['bridge', 'company', 'credential', 'notices'],
            ['connection' => 'testConnection', 'offline' => 'addOfflineCertificate'],
        ];
        yield 'a credential, and the bridge is away' => [
            'unreachable',
            self::profile(),
            ['company', 'credential', 'notices'],
            ['bridge' => 'openBridge', 'offline' => 'addOfflineCertificate'],
        ];
        yield 'a test that failed' => [
            'ok',
            self::profile('Failed'),
            ['bridge', 'company', 'credential', 'notices'],
            ['connection' => 'openProfile', 'offline' => 'addOfflineCertificate'],
        ];
        yield 'a result without the credential' => [
            'ok',
            self::profile('Failed', hasCredential: false),
            ['bridge', 'company', 'notices'],
            ['credential' => 'addCredential', 'offline' => 'addOfflineCertificate'],
        ];
        yield 'connected' => [
            'ok',
            self::profile('Connected'),
            ['bridge', 'company', 'credential', 'connection', 'notices'],
            ['offline' => 'addOfflineCertificate'],
        ];
        yield 'all of it' => [
            'ok',
            self::profile('Connected', hasOffline: true),
            ['bridge', 'company', 'credential', 'connection', 'offline', 'notices'],
            [],
        ];
    }

    /**
     * @dataProvider notices
     */
    public function testNoticesAreSeenOnceTheyReachTheAdministratorOutsideToo(
        int $unread,
        bool $isMailSent,
        bool $hasAddress,
        ?string $action,
    ): void {
        $steps = Checklist::of('ok', null, new NoticeReach($unread, $isMailSent, $hasAddress));
        $step = $steps[count($steps) - 1];

        self::assertSame(['notices', $action === null, $action], [$step->name, $step->isDone, $step->action]);
    }

    public static function notices(): iterable
    {
        yield 'unread ones first' => [3, false, false, 'openNotifications'];
        yield 'no SMTP' => [0, false, true, 'setUpMail'];
        yield 'no address' => [0, true, false, 'enterAddress'];
        yield 'unread, though they came by e-mail too' => [1, true, true, 'openNotifications'];
        yield 'read, and by e-mail' => [0, true, true, null];
    }

    public function testOnlyTheOfflineCertificateIsOptional(): void
    {
        $steps = Checklist::of('ok', self::profile('Connected', hasOffline: true), new NoticeReach(0, true, true));

        self::assertSame(['offline' => true], array_filter(array_column($steps, 'isOptional', 'name')));
    }

    /**
     * @dataProvider companies
     * @param list<ProfileProgress> $profiles
     */
    public function testTheProfileThatCameFurthestIsSpokenOf(array $profiles, ?int $furthest): void
    {
        self::assertSame($furthest === null ? null : $profiles[$furthest], ProfileProgress::furthest($profiles));
    }

    public static function companies(): iterable
    {
        $bare = self::profile(hasCredential: false);
        $stored = self::profile();
        $failed = self::profile('Failed');
        $connected = self::profile('Connected');

        yield 'none' => [[], null];
        yield 'one' => [[$bare], 0];
        yield 'a credential' => [[$bare, $stored], 1];
        yield 'a result' => [[$bare, $stored, $failed], 2];
        yield 'a result that is void' => [[self::profile('Failed', hasCredential: false), $stored], 1];
        yield 'a connection' => [[$failed, $connected, $stored], 1];
        yield 'the first of equals' => [[$stored, self::profile()], 0];
    }

    private static function profile(
        string $status = 'NotTested',
        bool $hasCredential = true,
        bool $hasOffline = false,
    ): ProfileProgress {
        return new ProfileProgress('p1', 'Sklep', 'Test', $hasCredential, $hasOffline, $status);
    }
}
