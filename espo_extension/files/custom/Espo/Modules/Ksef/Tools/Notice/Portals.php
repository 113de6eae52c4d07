<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use Espo\Core\Utils\Metadata;
use Espo\Modules\Ksef\Messages\WebAddress;
use Espo\ORM\Entity;

/**
 * Where people log in to KSeF themselves, in each environment.
 */
final readonly class Portals
{
    private const KEY = ['app', 'ksef', 'portalUrls'];

    public function __construct(private Metadata $metadata) {}

    /**
     * @return list<string>
     */
    public function environments(): array
    {
        return array_keys($this->metadata->get(self::KEY, []));
    }

    public function of(string $environment): WebAddress
    {
        return new WebAddress((string) $this->metadata->get([...self::KEY, $environment]));
    }

    /**
     * That of the first profile: those that use one certificate are of one environment as a rule.
     *
     * @param iterable<Entity> $profiles
     */
    public function ofFirst(iterable $profiles): WebAddress
    {
        foreach ($profiles as $profile) {
            return $this->of((string) $profile->get('environment'));
        }

        return new WebAddress('#KsefCertificate');
    }
}
