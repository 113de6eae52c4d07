<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Jobs;

use Espo\Core\Job\JobDataLess;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Connection\ConnectionTester;
use Espo\Modules\Ksef\Tools\Connection\TestedConnection;
use Espo\Modules\Ksef\Tools\Jobs\JobRuns;
use Espo\Modules\Ksef\Tools\Notice\Announcements;
use Espo\Modules\Ksef\Tools\Notice\News;
use Espo\Modules\Ksef\Tools\Notice\ProfileNews;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\RecordByRecord;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;

/**
 * Tests the connection of every active profile that has a credential, and tells the administrators
 * of each that has stopped working, by one e-mail for all of them, too, or that the bridge is away.
 */
final readonly class KsefCheckConnections implements JobDataLess
{
    public function __construct(
        private EntityManager $entityManager,
        private ConnectionTester $tester,
        private Announcements $announcements,
        private ProfileNews $news,
        private RecordByRecord $records,
        private JobRuns $runs,
    ) {}

    public function run(): void
    {
        $lost = [];

        foreach ($this->profiles() as $profile) {
            $away = $this->records->attempt(
                Profiles::ENTITY_TYPE,
                $profile->getId(),
                function () use ($profile, &$lost): void {
                    $lost[] = $this->report($profile, $this->tester->test($profile));
                },
            );

            if ($away) {
                // Told again once it was read.
                $news = $this->news->bridgeAway($profile, Message::ofBridge($away));
                $this->announcements->notify($news, onlyOnceUnread: true);

                break;
            }
        }

        $lost = array_values(array_filter($lost));

        if ($lost) {
            $this->announcements->email($this->news->connectionsLost($lost));
        }

        $this->runs->keep($this->records->outcome());
    }

    /**
     * @return iterable<Entity>
     */
    private function profiles(): iterable
    {
        return $this->entityManager
            ->getRDBRepository(Profiles::ENTITY_TYPE)
            ->where([
                'status' => 'Active',
                'OR' => [
                    ['authorizationType' => 'Token', 'tokenSealed!=' => null],
                    ['authorizationType' => 'Certificate', 'authorizationCertificateId!=' => null],
                ],
            ])
            ->find();
    }

    private function report(Entity $profile, TestedConnection $tested): ?News
    {
        if (!$tested->isNewFailure) {
            return null;
        }

        $step = $tested->test->decisiveStep();
        $news = $this->news->connectionLost($profile, $step ? Message::ofStep($step) : null);
        $this->announcements->notify($news);

        return $news;
    }
}
