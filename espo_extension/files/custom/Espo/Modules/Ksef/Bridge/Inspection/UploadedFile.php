<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Inspection;

use SensitiveParameter;

/**
 * A certificate or key file on its way to the bridge.
 */
final readonly class UploadedFile
{
    public function __construct(
        public string $name,
        #[SensitiveParameter]
        public string $content,
    ) {}

    /**
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['name' => $this->name];
    }
}
