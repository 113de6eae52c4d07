<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Classes\FieldProcessing\KsefCertificate;

use Espo\Core\FieldProcessing\Loader;
use Espo\Core\FieldProcessing\Loader\Params;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * The profiles in which a certificate is linked, each once. EspoCRM keeps the loader for all records of a list: the
 * profiles are read once for it.
 *
 * @implements Loader<Entity>
 */
final class UsedByLoader implements Loader
{
    /** @var ?array<string, array<string, array{id: string, name: string}>> By ids of certificates and profiles. */
    private ?array $profiles = null;

    public function __construct(private readonly EntityManager $entityManager) {}

    public function process(Entity $entity, Params $params): void
    {
        $this->profiles ??= $this->byCertificate();

        $entity->set('usedBy', array_values($this->profiles[$entity->getId()] ?? []));
    }

    /**
     * @return array<string, array<string, array{id: string, name: string}>>
     */
    private function byCertificate(): array
    {
        $ids = array_map(static fn (CertificateUse $use): string => $use->idAttribute(), CertificateUse::cases());

        $profiles = $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->select(['id', 'name', ...$ids])
            ->where(['OR' => array_map(static fn (string $id): array => [$id . '!=' => null], $ids)])
            ->order('name')
            ->find();

        $using = [];

        foreach ($profiles as $profile) {
            foreach ($ids as $id) {
                $certificateId = (string) $profile->get($id);

                if ($certificateId !== '') {
                    $using[$certificateId][$profile->getId()] = [
                        'id' => $profile->getId(),
                        'name' => (string) $profile->get('name'),
                    ];
                }
            }
        }

        return $using;
    }
}
