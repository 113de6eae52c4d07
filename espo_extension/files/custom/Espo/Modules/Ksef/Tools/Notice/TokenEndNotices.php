<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use DateTimeImmutable;
use Espo\Core\Utils\Log;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Validity\EndNotice;
use Espo\Modules\Ksef\Credentials\Validity\TokenValidity;
use Espo\Modules\Ksef\Messages\RecordLink;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\EntityManager;
use Exception;
use PDO;

/**
 * Tells the administrators that tokens come to their end by law, and afterwards to the one that was
 * announced, while profiles still use one: one notice for all profiles of an environment.
 */
final readonly class TokenEndNotices
{
    private const NOTICED = 'tokenEndNoticedDays';

    public function __construct(
        private EntityManager $entityManager,
        private BridgeClient $bridge,
        private Announcements $announcements,
        private ProfileNews $news,
        private Portals $portals,
        private Log $log,
    ) {}

    public function tell(): void
    {
        try {
            $information = $this->bridge->info();
        } catch (BridgeException $error) {
            $this->log->error('KSeF: the end of tokens is not known, {code}.', ['code' => $error->messageCode]);

            return;
        }

        if ($information->tokensValidUntil === null) {
            return;
        }

        $announced = [
            'announced' => $information->tokensAnnouncedUntil ?? $information->tokensValidUntil,
            'announcedOn' => $information->tokensAnnouncedOn ?? '',
        ];

        $this->tellOfEnd('tokens-end', $information->tokensValidUntil, $announced)
            || $this->tellOfEnd('tokens-announced-end', $information->tokensAnnouncedUntil, $announced);
    }

    /**
     * @param array<string, string> $announced
     * @return bool Whether the day has not passed yet.
     */
    private function tellOfEnd(string $code, ?string $lastDay, array $announced): bool
    {
        if ($lastDay === null) {
            return false;
        }

        $daysLeft = TokenValidity::daysUntil($lastDay, new DateTimeImmutable());
        $due = EndNotice::due($daysLeft, null);

        if ($due !== null) {
            foreach ($this->portals->environments() as $environment) {
                $until = ['date' => $lastDay, 'days' => $daysLeft] + $announced;
                $this->tellOf($environment, $due, $code, $until);
            }
        }

        return $daysLeft >= 0;
    }

    /**
     * @param array<string, string|int> $until
     */
    private function tellOf(string $environment, int $due, string $code, array $until): void
    {
        try {
            $news = $this->entityManager
                ->getTransactionManager()
                ->run(fn (): ?News => $this->write($environment, $due, $code, $until));
        } catch (Exception $error) {
            $this->log->error('KSeF: the end of tokens was not announced, {type} at {file}({line}).', [
                'type' => $error::class,
                'file' => $error->getFile(),
                'line' => $error->getLine(),
            ]);

            return;
        }

        if ($news) {
            $this->announcements->email($news);
        }
    }

    /**
     * @param array<string, string|int> $until
     */
    private function write(string $environment, int $due, string $code, array $until): ?News
    {
        $profiles = $this->locked($environment, $due, (int) $until['days']);

        if (!$profiles) {
            return null;
        }

        $this->setNoticed(array_column($profiles, 'id'), $due);

        $links = array_map(
            static fn (array $row): RecordLink =>
                new RecordLink(Profiles::ENTITY_TYPE, (string) $row['id'], (string) $row['name']),
            $profiles,
        );

        $news = $this->news->tokensEnd($code, $until, $links, $environment);
        $this->announcements->notify($news);

        return $news;
    }

    /**
     * The profiles of whom it is to be told, in the hands of this transaction.
     *
     * @return list<array{id: string, name: string}>
     */
    private function locked(string $environment, int $due, int $daysLeft): array
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->select(['id', 'name'])
            ->from(Profiles::ENTITY_TYPE)
            ->where([
                'status' => 'Active',
                'authorizationType' => 'Token',
                'tokenSealed!=' => null,
                'environment' => $environment,
                'OR' => [
                    [self::NOTICED => null],
                    [self::NOTICED . '>' => $due],
                    // That was another end, which the law put off.
                    [self::NOTICED . '<' => $daysLeft],
                ],
            ])
            ->order('id')
            ->forUpdate()
            ->build();

        return $this->entityManager->getQueryExecutor()->execute($query)->fetchAll(PDO::FETCH_ASSOC);
    }

    /**
     * Past the hooks: nothing of the profiles changed.
     *
     * @param list<string> $ids
     */
    private function setNoticed(array $ids, int $due): void
    {
        $query = $this->entityManager
            ->getQueryBuilder()
            ->update()
            ->in(Profiles::ENTITY_TYPE)
            ->set([self::NOTICED => $due])
            ->where(['id' => $ids])
            ->build();

        $this->entityManager->getQueryExecutor()->execute($query);
    }
}
