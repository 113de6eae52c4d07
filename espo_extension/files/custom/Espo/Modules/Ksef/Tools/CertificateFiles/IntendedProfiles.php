<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Modules\Ksef\Bridge\Inspection\SortedCertificate;
use Espo\Modules\Ksef\Credentials\Identifier\Nip;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\EntityManager;

/**
 * Which profile certificates belong to when nobody named one: that of their company in an environment, without an
 * internal identifier.
 */
final readonly class IntendedProfiles
{
    /** Which field takes a certificate is the same in Demo; a self-signed one serves here alone. */
    private const WHILE_NONE_IS_CHOSEN = 'Test';

    public function __construct(
        private EntityManager $entityManager,
        private Profiles $profiles,
        private Placements $placements,
    ) {}

    /**
     * @param list<SortedCertificate> $found In the order in which they are preferred.
     * @param ?string $environment Null as long as none is chosen.
     * @param string $nip As it was entered; it counts where no certificate tells one.
     */
    public function of(array $found, ?string $environment, string $nip): IntendedProfile
    {
        $record = $this->entityManager->getNewEntity(Profiles::ENTITY_TYPE);
        $record->set('environment', $environment ?? self::WHILE_NONE_IS_CHOSEN);

        $company = ToldByCertificates::company($this->placements->of($record, $found));

        $record->set([
            'nip' => $company->nip ?? Nip::asWritten($nip),
            'companyName' => $company->name ?? '',
        ]);

        $missing = array_values(array_filter([
            $environment === null ? new Message('environment-not-chosen', field: 'environment') : null,
            Nip::fault((string) $record->get('nip')),
        ]));

        $stored = $missing ? null : $this->profiles->anotherOfSameContext($record);

        return new IntendedProfile($stored ?? $record, $environment, $company !== null, $missing);
    }
}
