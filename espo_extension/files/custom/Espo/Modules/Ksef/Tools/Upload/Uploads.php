<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Upload;

use Espo\Core\FileStorage\Manager as FileStorageManager;
use Espo\Entities\Attachment;
use Espo\Entities\User;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;
use RuntimeException;

/**
 * Files on their way through EspoCRM: read once, and removed with everything that was copied of them.
 */
final readonly class Uploads
{
    /** The boxes of the form, in the order in which the files go to the bridge. */
    public const FIELDS = ['certificateFile', 'keyFile'];

    private const LARGEST_KILOBYTES = 64;
    private const TYPE = 'application/octet-stream';

    public function __construct(
        private EntityManager $entityManager,
        private FileStorageManager $storage,
        private User $user,
        private Refusals $refusals,
    ) {}

    /**
     * The uploaded files of a form.
     *
     * @return array<string, UploadedFile> By their fields.
     */
    public function read(Entity $certificate): array
    {
        $attachments = [];
        $faults = [];

        foreach (self::FIELDS as $field) {
            $id = $certificate->get($field . 'Id');

            if ($id) {
                $attachments[$field] = $this->find($id);
                $faults[] = $this->fault($attachments[$field], $field);
            }
        }

        $faults = array_values(array_filter($faults));

        if ($faults) {
            throw $this->refusals->badRequest($faults);
        }

        return array_map($this->content(...), array_filter($attachments));
    }

    /**
     * A file as if it had been uploaded in this box of the form.
     */
    public function add(string $field, UploadedFile $file): Attachment
    {
        $attachment = $this->entityManager->getRDBRepositoryByClass(Attachment::class)->getNew();

        $attachment
            ->setName($file->name)
            ->setType(self::TYPE)
            ->setRole(Attachment::ROLE_ATTACHMENT)
            ->setTargetField($field)
            ->setContents($file->content);

        $attachment->set('relatedType', Certificates::ENTITY_TYPE);

        $this->entityManager->saveEntity($attachment);

        // EspoCRM 9.0 makes the file before it writes into it, and PHP goes on believing that it is empty.
        clearstatcache();

        return $attachment;
    }

    /**
     * @param list<string> $ids Of uploads, of which some may be gone.
     */
    public function removeThese(array $ids): void
    {
        array_map($this->remove(...), array_filter(array_map($this->find(...), $ids)));
    }

    /**
     * Remove the uploaded files of a form, which hold what is sealed by now.
     */
    public function removeAll(Entity $certificate): void
    {
        foreach (self::FIELDS as $field) {
            $id = $certificate->get($field . 'Id');
            $attachment = $id ? $this->find($id) : null;

            if ($attachment) {
                $this->remove($attachment);
            }

            $certificate->clear($field . 'Id');
            $certificate->clear($field . 'Name');
        }
    }

    /**
     * Remove an upload: row and file. EspoCRM keeps a file as long as a copy of its row is left.
     */
    public function remove(Attachment $attachment): void
    {
        $repository = $this->entityManager->getRDBRepositoryByClass(Attachment::class);

        $rows = [...$repository->where(['sourceId' => $attachment->getId()])->find(), $attachment];

        foreach ($rows as $row) {
            $this->entityManager->removeEntity($row);
            $repository->deleteFromDb($row->getId());
        }

        // The file of a copy belongs to another record.
        if (!$attachment->get('sourceId') && $this->storage->exists($attachment)) {
            $this->storage->unlink($attachment);
        }
    }

    private function find(string $id): ?Attachment
    {
        return $this->entityManager->getRDBRepositoryByClass(Attachment::class)->getById($id);
    }

    private function fault(?Attachment $attachment, string $field): ?Message
    {
        if (!$attachment || $attachment->isBeingUploaded() || !$this->storage->exists($attachment)) {
            return new Message('upload-vanished', field: $field);
        }

        $file = (string) $attachment->getName();

        if (!$this->isOfThisForm($attachment, $field)) {
            return new Message('upload-foreign', ['file' => $file], field: $field);
        }

        $bytes = $this->storage->getSize($attachment);

        if ($bytes === 0) {
            return new Message('file-empty', ['file' => $file], field: $field);
        }

        if ($bytes > self::LARGEST_KILOBYTES * 1024) {
            $params = ['file' => $file, 'size' => (int) ceil($bytes / 1024), 'limit' => self::LARGEST_KILOBYTES];

            return new Message('file-too-large', $params, field: $field);
        }

        return null;
    }

    private function isOfThisForm(Attachment $attachment, string $field): bool
    {
        return $attachment->get('createdById') === $this->user->getId()
            && !$attachment->get('sourceId')
            && $attachment->getRelatedType() === Certificates::ENTITY_TYPE
            && $attachment->getTargetField() === $field;
    }

    private function content(Attachment $attachment): UploadedFile
    {
        try {
            $content = $this->storage->getContents($attachment);
        } catch (RuntimeException) {
            throw $this->refusals->badRequest([new Message('upload-vanished')]);
        }

        return new UploadedFile(mb_substr((string) $attachment->getName(), 0, 255), $content);
    }
}
