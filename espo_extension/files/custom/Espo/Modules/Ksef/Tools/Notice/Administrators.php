<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use Espo\Core\Utils\Config;
use Espo\Core\Utils\DateTime;
use Espo\Core\Utils\Language\LanguageFactory;
use Espo\Entities\Preferences;
use Espo\Entities\User;
use Espo\Modules\Ksef\Messages\Documentation;
use Espo\Modules\Ksef\Messages\Wording;
use Espo\Modules\Ksef\Tools\Bridge\DocumentationSite;
use Espo\Modules\Ksef\Tools\Wording\LanguageTexts;
use Espo\ORM\EntityManager;

/**
 * The active administrators, and how things are put to each of them.
 */
final readonly class Administrators
{
    private const FALLBACK_LANGUAGE = 'en_US';

    public function __construct(
        private EntityManager $entityManager,
        private LanguageFactory $languages,
        private Config $config,
        private DateTime $dateTime,
    ) {}

    /**
     * @return iterable<User>
     */
    public function all(): iterable
    {
        return $this->entityManager
            ->getRDBRepositoryByClass(User::class)
            ->where(['isActive' => true, 'type' => [User::TYPE_ADMIN, User::TYPE_SUPER_ADMIN]])
            ->find();
    }

    /**
     * In the language and with the dates that he chose.
     */
    public function wording(User $user): Wording
    {
        $preferences = $this->entityManager->getRepositoryByClass(Preferences::class)->getById($user->getId());
        $language = $preferences?->get('language') ?: $this->config->get('language') ?: self::FALLBACK_LANGUAGE;

        return new Wording(new LanguageTexts(
            $this->languages->create($language),
            $this->dateTime,
            $preferences?->get('dateFormat') ?: null,
            Documentation::at($this->config->get(DocumentationSite::SETTING)),
        ));
    }
}
