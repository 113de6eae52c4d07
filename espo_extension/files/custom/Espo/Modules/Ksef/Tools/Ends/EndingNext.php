<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Ends;

use DateTimeImmutable;
use Espo\Modules\Ksef\Bridge\BridgeClient;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Validity\DaysLeft;
use Espo\Modules\Ksef\Credentials\Validity\End;
use Espo\Modules\Ksef\Credentials\Validity\StoredMoment;
use Espo\Modules\Ksef\Credentials\Validity\TokenValidity;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;
use Espo\ORM\Repository\RDBSelectBuilder;

/**
 * What ends next: Active certificates, and tokens by the day that the bridge is told.
 */
final readonly class EndingNext
{
    private const MOST = 7;

    public function __construct(
        private EntityManager $entityManager,
        private BridgeClient $bridge,
    ) {}

    /**
     * @return list<End> The next one first. Tokens are left out while the bridge is away: their end is not known.
     */
    public function list(): array
    {
        $now = new DateTimeImmutable();

        return End::next([...$this->certificates($now), ...$this->tokens($now)], self::MOST);
    }

    /**
     * @return list<End>
     */
    private function certificates(DateTimeImmutable $now): array
    {
        $certificates = $this->entityManager
            ->getRDBRepository(Certificates::ENTITY_TYPE)
            ->select(['id', 'name', 'type', 'validTo'])
            ->where(['status' => CertificateStatus::ACTIVE, 'validTo!=' => null])
            ->order('validTo')
            ->limit(0, self::MOST)
            ->find();

        return array_map(
            static function (Entity $certificate) use ($now): End {
                $moment = (string) $certificate->get('validTo');
                $days = DaysLeft::until(StoredMoment::read($moment) ?? $now, $now);

                return new End(
                    (string) $certificate->get('type'),
                    $moment,
                    $days,
                    1,
                    $certificate->getId(),
                    (string) $certificate->get('name'),
                );
            },
            [...$certificates],
        );
    }

    /**
     * @return list<End> At most one, since the law ends all tokens on one day.
     */
    private function tokens(DateTimeImmutable $now): array
    {
        $count = $this->profilesWithToken()->count();
        $lastDay = $count > 0 ? $this->lastDayOfTokens($now) : null;

        if ($lastDay === null) {
            return [];
        }

        $profile = $count === 1 ? $this->profilesWithToken()->findOne() : null;

        return [new End(
            End::TOKEN,
            $lastDay,
            TokenValidity::daysUntil($lastDay, $now),
            $count,
            $profile?->getId(),
            (string) $profile?->get('name'),
        )];
    }

    private function lastDayOfTokens(DateTimeImmutable $now): ?string
    {
        try {
            return TokenValidity::nextEnd($this->bridge->info(), $now);
        } catch (BridgeException) {
            return null;
        }
    }

    /**
     * @return RDBSelectBuilder<Entity>
     */
    private function profilesWithToken(): RDBSelectBuilder
    {
        return $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where(['status' => 'Active', 'authorizationType' => 'Token', 'tokenSealed!=' => null]);
    }
}
