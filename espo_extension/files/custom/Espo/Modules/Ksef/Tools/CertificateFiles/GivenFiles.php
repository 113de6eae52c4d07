<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use SensitiveParameter;

/**
 * Files that nobody has sorted, each under a name of its own, and the passwords of the keys in them.
 */
final readonly class GivenFiles
{
    /**
     * @param list<UploadedFile> $files
     * @param ?string $password Of every key that has none of its own.
     * @param array<string, string> $passwords By the names of the files, as the bridge names them.
     */
    public function __construct(
        #[SensitiveParameter]
        public array $files,
        #[SensitiveParameter]
        public ?string $password,
        #[SensitiveParameter]
        public array $passwords,
    ) {}

    /**
     * What opens the key of this file.
     */
    public function passwordOf(string $keyFile): ?string
    {
        return $this->passwords[$keyFile] ?? $this->password;
    }

    /**
     * The file that the bridge names so: `firma.key`, or `pakiet.zip` for `pakiet.zip/firma.key`.
     */
    public function find(string $name): ?UploadedFile
    {
        foreach ($this->files as $file) {
            if ($file->name === $name || str_starts_with($name, "$file->name/")) {
                return $file;
            }
        }

        return null;
    }

    /**
     * @return array<string, mixed>
     */
    public function __debugInfo(): array
    {
        return ['files' => array_column($this->files, 'name')];
    }
}
