<?php

declare(strict_types=1);

use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use Espo\Modules\Ksef\Tools\CertificateFiles\GivenFiles;
use PHPUnit\Framework\TestCase;

/**
 * Which file and which password the bridge's names stand for.
 */
final class GivenFilesTest extends TestCase
{
    private const COMMON = 'common-secret-of-this-test';
    private const OWN = 'own-secret-of-this-test';

    public function testAnEntryStandsForItsZip(): void
    {
        $given = $this->given();

        self::assertSame('a.zip', $given->find('a.zip/folder/firma.key')?->name);
        self::assertSame('a.zip.crt', $given->find('a.zip.crt')?->name);
        self::assertNull($given->find('a'));
        self::assertNull($given->find('b.zip/a.zip'));
    }

    public function testAKeyWithoutAPasswordOfItsOwnTakesTheCommonOne(): void
    {
        $given = $this->given();

        self::assertSame(self::OWN, $given->passwordOf('a.zip/firma.key'));
        self::assertSame(self::COMMON, $given->passwordOf('a.zip'));
        self::assertNull((new GivenFiles([], null, []))->passwordOf('a.zip'));
    }

    public function testNothingSecretIsShown(): void
    {
        self::assertDoesNotMatchRegularExpression('/secret/', print_r($this->given(), true));
    }

    private function given(): GivenFiles
    {
        $files = [new UploadedFile('a.zip', 'secret'), new UploadedFile('a.zip.crt', 'secret')];

        return new GivenFiles($files, self::COMMON, ['a.zip/firma.key' => self::OWN]);
    }
}
