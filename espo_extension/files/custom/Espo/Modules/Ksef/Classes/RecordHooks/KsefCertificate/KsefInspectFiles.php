<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefCertificate;

use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Bridge\Inspection\CertificateInspection;
use Espo\Modules\Ksef\Bridge\Inspection\Severity;
use Espo\Modules\Ksef\Bridge\Inspection\UploadedFile;
use Espo\Modules\Ksef\Credentials\Certificate\FileContents;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Upload\CertificateReplacement;
use Espo\Modules\Ksef\Tools\Upload\InspectedCertificate;
use Espo\Modules\Ksef\Tools\Upload\Uploads;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;
use SensitiveParameter;

/**
 * Uploaded files go to the bridge with their password; what comes back is stored: facts,
 * certificate, and the key as a seal.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefInspectFiles implements SaveHook
{
    private const PASSWORD = 'password';

    public function __construct(
        private BridgeClient $bridge,
        private Uploads $uploads,
        private CertificateReplacement $replacement,
        private InspectedCertificate $inspected,
        private Wording $wording,
        private Refusals $refusals,
    ) {}

    public function process(Entity $entity): void
    {
        $password = (string) $entity->get(self::PASSWORD);
        $entity->clear(self::PASSWORD);

        $files = $this->uploads->read($entity);

        if (!$files) {
            $this->checkNothingIsMissing($entity, $password !== '');

            return;
        }

        $inspection = $this->inspect($entity, $files, $password);
        $messages = $this->messages($inspection, $files);
        $facts = $inspection->facts;

        if ($facts === null || $inspection->errors()) {
            throw $this->refusals->badRequest($messages);
        }

        $this->replacement->check($entity, $facts);
        $this->inspected->store($entity, $inspection, $facts);

        $entity->set('findings', $this->wording->toList($messages));
    }

    private function checkNothingIsMissing(Entity $certificate, bool $hasPassword): void
    {
        if ($hasPassword) {
            throw $this->refusals->badRequest([new Message('password-without-file', field: self::PASSWORD)]);
        }

        if ($certificate->isNew()) {
            throw $this->refusals->badRequest([new Message('files-missing', field: 'certificateFile')]);
        }
    }

    /**
     * @param array<string, UploadedFile> $files
     */
    private function inspect(
        Entity $certificate,
        #[SensitiveParameter]
        array $files,
        #[SensitiveParameter]
        string $password,
    ): CertificateInspection {

        try {
            return $this->bridge->inspectCertificate(
                array_values($files),
                $password !== '' ? $password : null,
                $certificate->get('expectedType') ?: null,
                $certificate->get('expectedEnvironment') ?: null,
                $certificate->get('expectedFingerprint') ?: null,
            );
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error, new Message('not-saved', severity: Severity::Info));
        }
    }

    /**
     * @param array<string, UploadedFile> $files
     * @return list<Message>
     */
    private function messages(CertificateInspection $inspection, #[SensitiveParameter] array $files): array
    {
        $messages = $inspection->findings;
        [$certificateFile, $keyFile] = [$files['certificateFile'] ?? null, $files['keyFile'] ?? null];

        if ($certificateFile && $keyFile && FileContents::areSwapped($certificateFile->content, $keyFile->content)) {
            $messages[] = new Message('files-swapped', severity: Severity::Info, field: 'files');
        }

        return $messages;
    }
}
