<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Modules\Ksef\Bridge\Inspection\SortedCertificate;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\ORM\Entity;

/**
 * Where a certificate that was found goes.
 */
final readonly class Placement
{
    /**
     * @param ?CertificateUse $use The field of the profile that takes it; null when none does.
     * @param ?Entity $stored The record that has it already.
     * @param list<Message> $messages What is to be known of it, or why no field takes it.
     */
    public function __construct(
        public SortedCertificate $found,
        public ?CertificateUse $use,
        public ?Entity $stored,
        public array $messages,
    ) {}

    public function fingerprint(): string
    {
        return $this->found->facts->fingerprint;
    }
}
