<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Inspection\CertificateFacts;
use Espo\Modules\Ksef\Bridge\Inspection\SortedCertificate;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\CertificateFiles\Placement;
use Espo\Modules\Ksef\Tools\CertificateFiles\ToldByCertificates;
use PHPUnit\Framework\TestCase;

/**
 * What certificates tell of the profile that is made from them.
 */
final class ToldByCertificatesTest extends TestCase
{
    private const ONE = '5265877635';
    private const OTHER = '1234563218';

    public function testTheEnvironmentOfTheFirstThatCanBeUsed(): void
    {
        $ended = self::certificate(environment: 'Production', findings: [new Message('certificate-expired')]);
        $ofTest = self::certificate();
        $ofProduction = self::certificate(environment: 'Production');

        self::assertSame('Production', ToldByCertificates::environment([$ofProduction, $ofTest]));
        self::assertNull(ToldByCertificates::environment([$ended, $ofTest, $ofProduction]));
        self::assertNull(ToldByCertificates::environment([$ended]));
        self::assertNull(ToldByCertificates::environment([]));
    }

    public function testTheCompanyOfTheOneThatLogsInComesFirst(): void
    {
        $offline = self::placed(CertificateUse::Offline, value: self::OTHER);
        $login = self::placed(CertificateUse::Authorization, value: self::ONE);

        self::assertSame(self::ONE, ToldByCertificates::company([$offline, $login])?->nip);
        self::assertSame(self::OTHER, ToldByCertificates::company([$offline])?->nip);
    }

    public function testAPersonLeavesItToTheOtherOne(): void
    {
        $login = self::placed(CertificateUse::Authorization, 'Pesel', '44051401458');
        $offline = self::placed(CertificateUse::Offline, value: self::OTHER);

        self::assertSame(self::OTHER, ToldByCertificates::company([$login, $offline])?->nip);
        self::assertNull(ToldByCertificates::company([$login]));
    }

    public function testWhatGoesNowhereTellsNothing(): void
    {
        self::assertNull(ToldByCertificates::company([self::placed(null, value: self::ONE)]));
    }

    private static function placed(
        ?CertificateUse $use,
        string $type = 'Nip',
        string $value = self::ONE,
    ): Placement {

        return new Placement(self::certificate($type, $value), $use, null, []);
    }

    /**
     * @param list<Message> $findings
     */
    private static function certificate(
        string $type = 'Nip',
        string $value = self::ONE,
        ?string $environment = null,
        array $findings = [],
    ): SortedCertificate {

        $moment = new DateTimeImmutable('2026-11-29T12:00:00Z');
        $facts = new CertificateFacts(
            'Authentication',
            'Ksef',
            $environment,
            str_repeat('0', 16),
            'CN=Kowalski,O=Sklep,C=PL',
            'CN=CCK KSeF',
            $type,
            $value,
            'EC P-256',
            str_repeat('a', 64),
            $moment,
            $moment->modify('+2 years'),
        );

        return new SortedCertificate('firma.crt', 'firma.key', $facts, $findings);
    }
}
