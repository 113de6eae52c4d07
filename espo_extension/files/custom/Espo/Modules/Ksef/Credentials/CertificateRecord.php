<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

use DateTimeImmutable;
use Espo\Modules\Ksef\Messages\RecordLink;

/**
 * What decides whether a stored certificate may be used, and where.
 */
final readonly class CertificateRecord
{
    /**
     * @param string $type Authentication, Offline, or '' when it cannot be decided.
     * @param string $kind Ksef, Qualified, SelfSigned or Unknown.
     * @param string $environment Production, Demo, Test, or '' where nobody tells.
     * @param string $identifierType Of its holder: Nip, Pesel, Fingerprint, or '' where it is not known.
     */
    public function __construct(
        public RecordLink $link,
        public string $status,
        public string $type,
        public string $kind,
        public string $environment,
        public ?DateTimeImmutable $validTo,
        public bool $hasPrivateKey,
        public string $identifierType = '',
        public string $identifierValue = '',
    ) {}
}
