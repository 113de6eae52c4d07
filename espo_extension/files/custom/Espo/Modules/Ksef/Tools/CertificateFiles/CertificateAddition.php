<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Core\Exceptions\BadRequest;
use Espo\Core\Exceptions\Conflict;
use Espo\Core\Exceptions\Forbidden;
use Espo\Core\Exceptions\ServiceUnavailable;
use Espo\Core\Record\CreateParams;
use Espo\Core\Record\ServiceContainer;
use Espo\Core\Record\UpdateParams;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Upload\Uploads;
use Espo\ORM\Entity;
use SensitiveParameter;

/**
 * Makes the records of certificates that were found and links them in a profile, which is made if need be: as if all
 * had been created and linked by hand, with every rule of EspoCRM's records and of ours.
 */
final readonly class CertificateAddition
{
    public function __construct(
        private ServiceContainer $services,
        private Certificates $certificates,
        private Profiles $profiles,
        private Uploads $uploads,
    ) {}

    /**
     * The record of a certificate, made unless it is there.
     *
     * @param bool $isRenewed Whether one that is made is to renew itself.
     * @throws BadRequest
     * @throws Conflict
     * @throws Forbidden
     * @throws ServiceUnavailable
     */
    public function store(
        Entity $profile,
        Placement $placement,
        #[SensitiveParameter]
        GivenFiles $given,
        bool $isRenewed,
    ): ?Entity {
        if ($placement->stored) {
            return $placement->stored;
        }

        $found = $placement->found;
        $boxes = array_map($given->find(...), [
            'certificateFile' => $found->certificateFile,
            'keyFile' => $found->keyFile,
        ]);
        // One file that holds both goes into one box.
        $files = array_filter(array_unique($boxes, SORT_REGULAR));
        $ids = [];

        try {
            foreach ($files as $field => $file) {
                $ids[$field . 'Id'] = $this->uploads->add($field, $file)->getId();
            }

            $this->services->get(Certificates::ENTITY_TYPE)->create((object) [
                ...$ids,
                'password' => $given->passwordOf($found->keyFile),
                'expectedType' => $placement->use === CertificateUse::Offline ? 'Offline' : 'Authentication',
                'expectedEnvironment' => $profile->get('environment'),
                'expectedFingerprint' => $placement->fingerprint(),
                'autoRenew' => $isRenewed,
            ], CreateParams::create());
        } finally {
            // A save that succeeded has removed them.
            $this->uploads->removeThese(array_values($ids));
        }

        return $this->certificates->ofFingerprint($placement->fingerprint());
    }

    /**
     * @param Entity $profile Made if it is new.
     * @param array<string, Entity> $certificates By the fields of the profile.
     * @return Entity The profile as it is stored.
     * @throws BadRequest
     * @throws Conflict
     * @throws Forbidden
     */
    public function link(Entity $profile, array $certificates): Entity
    {
        $values = [];

        foreach ($certificates as $field => $certificate) {
            $values[CertificateUse::from($field)->idAttribute()] = $certificate->getId();
        }

        if ($profile->isNew() || isset($certificates[CertificateUse::Authorization->value])) {
            $values['authorizationType'] = 'Certificate';
        }

        $service = $this->services->get(Profiles::ENTITY_TYPE);

        if (!$profile->isNew()) {
            $service->update($profile->getId(), (object) $values, UpdateParams::create());

            return $profile;
        }

        $service->create((object) [
            'nip' => $profile->get('nip'),
            'environment' => $profile->get('environment'),
            'companyName' => $profile->get('companyName'),
            ...$values,
        ], CreateParams::create());

        // What the service gives differs between versions of EspoCRM.
        return $this->profiles->anotherOfSameContext($profile) ?? $profile;
    }
}
