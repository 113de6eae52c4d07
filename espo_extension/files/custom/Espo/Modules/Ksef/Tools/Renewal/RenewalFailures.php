<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal;

use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Notice\Announcements;
use Espo\Modules\Ksef\Tools\Notice\CertificateNews;
use Espo\Modules\Ksef\Tools\Notice\News;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;

/**
 * Why a certificate is not renewed yet: it stands in the certificate's record, and the administrators are told
 * of each reason once.
 */
final readonly class RenewalFailures
{
    /** Reasons may alternate for days: each is told once all the same. */
    private const TOLD = 'renewalToldCodes';

    public function __construct(
        private Records $records,
        private Announcements $announcements,
        private CertificateNews $news,
    ) {}

    /**
     * Not within a transaction: e-mails follow once everything is stored.
     *
     * @param Entity $certificate That is to be renewed.
     * @param bool $isAnswer KSeF, or a rule, has said no: it is asked again in a day, otherwise soon.
     */
    public function tell(Entity $certificate, Message $reason, bool $isAnswer): void
    {
        $this->announcements->ofChange(
            Certificates::ENTITY_TYPE,
            $certificate->getId(),
            fn (Entity $locked): ?News => $this->write($locked, $reason, $isAnswer),
        );
    }

    private function write(Entity $certificate, Message $reason, bool $isAnswer): ?News
    {
        $told = (array) ($certificate->get(self::TOLD) ?? []);
        $isKnown = in_array($reason->code, $told, true);

        $certificate->set([
            'renewalCode' => $reason->code,
            'renewalParams' => (object) $reason->plainParams(),
            self::TOLD => $isKnown ? $told : [...$told, $reason->code],
        ]);

        if ($isAnswer) {
            $certificate->set('renewalAttemptedAt', DateTime::getSystemNowString());
        }

        $this->records->save($certificate);

        return $isKnown ? null : $this->news->renewalFailed($certificate, $reason);
    }
}
