<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Certificate;

use DateTimeImmutable;
use Espo\Modules\Ksef\Messages\RecordLink;

/**
 * What decides whether a stored certificate may be used, and where.
 */
final readonly class CertificateRecord
{
    /** The kind that KSeF issues. */
    public const OF_KSEF = 'Ksef';
    public const ENVIRONMENTS = ['Production', 'Demo', 'Test'];

    private const TEST_OR_DEMO = ['Test', 'Demo'];

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
        public ?DateTimeImmutable $validFrom = null,
    ) {}

    /**
     * The KSeF environments in which it may serve. Production has an issuer of its own, Test and Demo share one:
     * of a KSeF certificate that does not tell its environment only that is known. Other issuers know nothing of
     * KSeF's environments.
     *
     * @return non-empty-list<string>
     */
    public function environments(): array
    {
        return match (true) {
            $this->environment !== '' => [$this->environment],
            $this->kind === self::OF_KSEF => self::TEST_OR_DEMO,
            default => self::ENVIRONMENTS,
        };
    }
}
