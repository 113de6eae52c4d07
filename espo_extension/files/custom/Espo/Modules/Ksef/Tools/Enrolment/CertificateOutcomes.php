<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Enrolment;

use Espo\Core\Field\LinkParent;
use Espo\Entities\Attachment;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificatePackage;
use Espo\Modules\Ksef\Bridge\Enrolment\Enrolment;
use Espo\Modules\Ksef\Bridge\Enrolment\EnrolmentStatus;
use Espo\Modules\Ksef\Bridge\Enrolment\IssuedCertificate;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Notice\Announcements;
use Espo\Modules\Ksef\Tools\Notice\CertificateNews;
use Espo\Modules\Ksef\Tools\Notice\News;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\SigningRequest\FirstCertificates;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * What became of a request for a certificate, stored in its record together with the administrators'
 * notifications: all of it, once, or nothing.
 */
final readonly class CertificateOutcomes
{
    private const PACKAGE_TYPE = 'application/zip';
    private const NO_PACKAGE_ASKED = 'package-not-asked';

    public function __construct(
        private EntityManager $entityManager,
        private Records $records,
        private Announcements $announcements,
        private CertificateNews $news,
        private FirstCertificates $first,
    ) {}

    /**
     * Not within a transaction: e-mails follow once everything is stored.
     */
    public function store(string $certificateId, Enrolment $enrolment): void
    {
        $work = function (Entity $certificate) use ($enrolment): ?News {
            if (!Certificates::isRequested($certificate)) {
                // Somebody else was faster.
                return null;
            }

            $certificate->set([
                'enrolmentReference' => $enrolment->referenceNumber,
                'enrolmentSent' => $enrolment->status !== EnrolmentStatus::Prepared,
            ]);

            return $this->write($certificate, $enrolment);
        };

        $this->announcements->ofChange(Certificates::ENTITY_TYPE, $certificateId, $work);
    }

    /**
     * Why it does not go on just now.
     */
    public function storeProblem(string $certificateId, Message $problem): void
    {
        $work = function (Entity $certificate) use ($problem): void {
            if (Certificates::isRequested($certificate)) {
                $this->setProblem($certificate, $problem);
                $this->records->save($certificate);
            }
        };

        $this->records->locked(Certificates::ENTITY_TYPE, $certificateId, $work);
    }

    private function write(Entity $certificate, Enrolment $enrolment): ?News
    {
        if ($enrolment->issued) {
            $this->writeIssued($certificate, $enrolment->issued);

            // Of a renewal is told when it is done.
            return $certificate->get('renewalPending')
                ? null
                : $this->news->issued($certificate, $this->first->link($certificate));
        }

        $this->setProblem($certificate, $enrolment->problem);

        if ($enrolment->status !== EnrolmentStatus::Rejected) {
            $this->records->save($certificate);

            return null;
        }

        // Nothing was issued for the key.
        $certificate->set(['status' => CertificateStatus::INACTIVE, 'privateKeySealed' => null]);
        $this->records->save($certificate);

        return $certificate->get('renewalPending') ? null : $this->news->rejected($certificate);
    }

    private function writeIssued(Entity $certificate, IssuedCertificate $issued): void
    {
        // The profile's environment is sure; the issuer need not tell.
        $environment = $certificate->get('environment');

        Certificates::setFacts($certificate, $issued->facts, $issued->certificatePem);

        $certificate->set([
            'environment' => $environment,
            'status' => CertificateStatus::ACTIVE,
            'packageId' => $issued->package ? $this->attach($certificate, $issued->package)->getId() : null,
        ]);

        $this->setProblem($certificate, $this->withoutPackage($certificate, $issued));
        $this->records->save($certificate);
    }

    /**
     * A package is always wanted, unless its password could not be shown, nobody asked to renew, or whoever signed
     * elsewhere did not ask for it.
     */
    private function withoutPackage(Entity $certificate, IssuedCertificate $issued): ?Message
    {
        if ($issued->packageProblem?->code !== self::NO_PACKAGE_ASKED) {
            return $issued->packageProblem;
        }

        return $certificate->get('renewalPending') || $certificate->get(Certificates::SIGNING_REQUEST_ID)
            ? null
            : new Message('package-password-not-shown');
    }

    private function attach(Entity $certificate, CertificatePackage $package): Attachment
    {
        $attachment = $this->entityManager->getRDBRepositoryByClass(Attachment::class)->getNew();

        $attachment
            ->setName($package->name)
            ->setType(self::PACKAGE_TYPE)
            ->setRole(Attachment::ROLE_ATTACHMENT)
            ->setTargetField('package')
            ->setRelated(LinkParent::create(Certificates::ENTITY_TYPE, $certificate->getId()))
            ->setContents($package->content);

        $this->entityManager->saveEntity($attachment);

        return $attachment;
    }

    private function setProblem(Entity $certificate, ?Message $problem): void
    {
        $certificate->set([
            'enrolmentCode' => $problem?->code,
            'enrolmentParams' => $problem ? (object) $problem->plainParams() : null,
        ]);
    }
}
