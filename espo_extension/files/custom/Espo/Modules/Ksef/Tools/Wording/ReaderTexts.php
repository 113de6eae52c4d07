<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Wording;

use Espo\Core\Binding\Factory;
use Espo\Core\Utils\Config;
use Espo\Core\Utils\DateTime;
use Espo\Core\Utils\Language;
use Espo\Entities\Preferences;
use Espo\Entities\User;
use Espo\Modules\Ksef\Messages\Documentation;
use Espo\Modules\Ksef\Messages\Texts;
use Espo\Modules\Ksef\Tools\Bridge\DocumentationSite;
use Espo\ORM\EntityManager;

/**
 * The texts for whoever asks, as his preferences have it.
 *
 * @implements Factory<Texts>
 */
final readonly class ReaderTexts implements Factory
{
    public function __construct(
        private Language $language,
        private DateTime $dateTime,
        private User $user,
        private EntityManager $entityManager,
        private Config $config,
    ) {}

    public function create(): Texts
    {
        $preferences = $this->entityManager
            ->getRepositoryByClass(Preferences::class)
            ->getById($this->user->getId());

        return new LanguageTexts(
            $this->language,
            $this->dateTime,
            $preferences?->get('dateFormat') ?: null,
            Documentation::at($this->config->get(DocumentationSite::SETTING)),
        );
    }
}
