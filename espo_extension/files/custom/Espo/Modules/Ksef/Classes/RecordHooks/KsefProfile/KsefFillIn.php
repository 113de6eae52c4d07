<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\RecordHooks\KsefProfile;

use Espo\Core\Record\Hook\SaveHook;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\Certificate\HolderCompany;
use Espo\Modules\Ksef\Credentials\Identifier\TokenContext;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;

/**
 * What the credential of a new profile tells is not asked: whose it is, how it logs in, where. A profile that nobody
 * named is called as its company is, else by whom it names at KSeF. What was entered stays as it is. Meant to run before EspoCRM's own validation, which misses what is required.
 *
 * @implements SaveHook<Entity>
 */
final readonly class KsefFillIn implements SaveHook
{
    public function __construct(private Certificates $certificates) {}

    public function process(Entity $entity): void
    {
        $token = $entity->get('token');
        $hasToken = is_string($token) && $token !== '';
        $certificate = $this->certificates->linked($entity, CertificateUse::Authorization);

        $this->fillIn($entity, 'authorizationType', match (true) {
            $hasToken => 'Token',
            $certificate !== null => 'Certificate',
            default => '',
        });

        if ($certificate && Profiles::logsInByCertificate($entity)) {
            $this->fillInHolder($entity, $certificate);
        } elseif ($hasToken && ($context = TokenContext::read($token))) {
            $this->fillInContext($entity, $context);
        }

        $this->fillIn(
            $entity,
            'name',
            (string) ($entity->get('companyName') ?: $entity->get('internalId') ?: $entity->get('nip')),
        );
    }

    private function fillInContext(Entity $profile, TokenContext $context): void
    {
        // Whoever names the company alone is told that the token is a unit's.
        if (!$profile->get('nip')) {
            $this->fillIn($profile, 'internalId', $context->internalId);
            $this->fillIn($profile, 'nip', $context->nip);
        }
    }

    private function fillInHolder(Entity $profile, Entity $certificate): void
    {
        $this->fillIn($profile, 'environment', (string) $certificate->get('environment'));

        $company = HolderCompany::of(
            (string) $certificate->get('identifierType'),
            (string) $certificate->get('identifierValue'),
            (string) $certificate->get('subjectName'),
        );

        if (!$company) {
            return;
        }

        $this->fillIn($profile, 'nip', $company->nip);

        if ($profile->get('nip') === $company->nip) {
            $this->fillIn($profile, 'companyName', $company->name);
        }
    }

    private function fillIn(Entity $profile, string $attribute, string $value): void
    {
        if ($value !== '' && !$profile->get($attribute)) {
            $profile->set($attribute, $value);
        }
    }
}
