<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Renewal\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateRecord;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Tools\Enrolment\BegunRequestAnswer;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\Modules\Ksef\Tools\Renewal\CertificateRenewals;
use Espo\Modules\Ksef\Tools\Renewal\NoLoginForSubject;
use Espo\Modules\Ksef\Tools\Wording\Refusals;
use Espo\ORM\Entity;

/**
 * Renews a certificate now rather than 30 days before its end; with a package if that is asked for.
 */
final readonly class PostRenewCertificate implements Action
{
    public function __construct(
        private RequestedRecords $records,
        private CertificateRenewals $renewals,
        private BegunRequestAnswer $answer,
        private Refusals $refusals,
    ) {}

    public function process(Request $request): Response
    {
        $certificate = $this->records->get($request, Certificates::ENTITY_TYPE);
        $withPackage = ($request->getParsedBody()->withPackage ?? false) === true;

        $this->check($certificate);

        try {
            $begun = $this->renewals->request($certificate, $withPackage);
        } catch (NoLoginForSubject $error) {
            throw $this->refusals->conflict([$error->reason]);
        } catch (BridgeException $error) {
            throw $this->refusals->ofBridge($error);
        }

        $isPackageLost = $withPackage && $begun->packagePassword === null;

        return $this->answer->compose(
            $begun,
            $isPackageLost ? 'certificate-requested-without-package' : 'renewal-requested',
        );
    }

    /**
     * @throws Conflict
     */
    private function check(Entity $certificate): void
    {
        $params = ['certificate' => Records::link($certificate)];

        if ($certificate->get('kind') !== CertificateRecord::OF_KSEF) {
            throw $this->refusals->conflict([new Message('renewal-not-of-ksef', $params)]);
        }

        if (!Certificates::isActive($certificate)) {
            $status = new OptionName(Certificates::ENTITY_TYPE, 'status', (string) $certificate->get('status'));

            throw $this->refusals->conflict([new Message('renewal-not-active', $params + ['status' => $status])]);
        }
    }
}
