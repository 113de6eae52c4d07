<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Core\Api\Request;
use Espo\Core\Exceptions\BadRequest;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use SensitiveParameter;
use stdClass;

/**
 * The files and passwords in a request's body. They are in memory only.
 */
final readonly class RequestedFiles
{
    private const MOST = 20;
    private const LARGEST_KILOBYTES = 64;
    /** What the bridge takes in one request, in base64, with room for the rest. */
    private const ALL_KILOBYTES = 700;

    public function __construct(private Refusals $refusals) {}

    /**
     * @throws BadRequest
     */
    public function of(Request $request): GivenFiles
    {
        $body = $request->getParsedBody();
        $files = array_map($this->file(...), $this->list($body->files ?? null));
        $this->check($files);

        return new GivenFiles(
            $files,
            $this->password($body->password ?? null),
            $this->passwords($body->passwords ?? []),
        );
    }

    /**
     * @return array<string, string>
     */
    private function passwords(#[SensitiveParameter] mixed $given): array
    {
        $passwords = [];

        foreach ($this->list($given) as $each) {
            $password = $this->password($each['password'] ?? null);

            if (is_string($each['file'] ?? null) && $password !== null) {
                $passwords[$each['file']] = $password;
            }
        }

        return $passwords;
    }

    private function password(#[SensitiveParameter] mixed $given): ?string
    {
        return is_string($given) && $given !== '' ? $given : null;
    }

    /**
     * @param array<string, mixed> $given
     */
    private function file(#[SensitiveParameter] array $given): UploadedFile
    {
        [$name, $encoded] = [$given['name'] ?? null, $given['content'] ?? null];
        $content = is_string($encoded) ? base64_decode($encoded, true) : false;

        if (!is_string($name) || $name === '' || mb_strlen($name) > 255 || $content === false) {
            throw $this->incomplete();
        }

        return new UploadedFile($name, $content);
    }

    /**
     * @param list<UploadedFile> $files
     */
    private function check(#[SensitiveParameter] array $files): void
    {
        $sizes = array_map(static fn (UploadedFile $file): int => strlen($file->content), $files);

        if (!$files || count(array_unique(array_column($files, 'name'))) < count($files)) {
            throw $this->incomplete();
        }

        foreach ($files as $index => $file) {
            if ($sizes[$index] > self::LARGEST_KILOBYTES * 1024) {
                throw $this->refusals->badRequest([new Message('file-too-large', [
                    'file' => $file->name,
                    'size' => (int) ceil($sizes[$index] / 1024),
                    'limit' => self::LARGEST_KILOBYTES,
                ])]);
            }
        }

        if (count($files) > self::MOST || array_sum($sizes) > self::ALL_KILOBYTES * 1024) {
            $params = ['limit' => self::MOST, 'size' => self::ALL_KILOBYTES];

            throw $this->refusals->badRequest([new Message('files-too-many', $params)]);
        }
    }

    /**
     * @return list<array<string, mixed>> Objects, each by its members.
     */
    private function list(#[SensitiveParameter] mixed $given): array
    {
        if (!is_array($given) || array_filter($given, static fn (mixed $each): bool => !$each instanceof stdClass)) {
            throw $this->incomplete();
        }

        return array_map(get_object_vars(...), array_values($given));
    }

    private function incomplete(): BadRequest
    {
        return $this->refusals->badRequest([new Message('files-incomplete')]);
    }
}
