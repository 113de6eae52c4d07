<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Notice;

use Closure;
use Espo\Core\Mail\EmailSender;
use Espo\Core\Utils\Config;
use Espo\Core\Utils\Log;
use Espo\Entities\Email;
use Espo\Entities\Notification;
use Espo\Entities\User;
use Espo\Modules\Ksef\Messages\PlainText;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;
use Espo\ORM\EntityManager;
use Exception;

/**
 * Tells every active administrator, each in his language: in EspoCRM, and by e-mail where it has SMTP.
 */
final readonly class Announcements
{
    public function __construct(
        private EntityManager $entityManager,
        private Records $records,
        private Administrators $administrators,
        private EmailSender $sender,
        private Config $config,
        private Log $log,
    ) {}

    /**
     * Change a record and tell of it: the notifications are stored with the change, both once or not at all;
     * e-mails follow. Not within a transaction.
     *
     * @param Closure(Entity): ?News $work Changes and saves the record; null when there is nothing to tell.
     * @param list<array{string, array<string, mixed>}> $others As Records locks them.
     */
    public function ofChange(string $entityType, string $id, Closure $work, array $others = []): void
    {
        $tell = fn (Entity $record): ?News => $this->told($work($record));
        $news = $this->records->locked($entityType, $id, $tell, $others);

        if ($news) {
            $this->email($news);
        }
    }

    public function notify(News $news, bool $onlyOnceUnread = false): void
    {
        foreach ($this->administrators->all() as $user) {
            $text = $this->administrators->wording($user)->ofAll($news->messages);

            if ($onlyOnceUnread && $this->isUnread($user, $text)) {
                continue;
            }

            $notification = $this->entityManager->getRDBRepositoryByClass(Notification::class)->getNew();

            $notification
                ->setType(Notification::TYPE_MESSAGE)
                ->setMessage($text)
                ->setUserId($user->getId())
                ->setRelated($news->about);

            $this->entityManager->saveEntity($notification);
        }
    }

    /**
     * As plain text. Whatever fails is logged: the same stands in EspoCRM's notifications.
     */
    public function email(News $news): void
    {
        if ($news->subject === null || !$this->sender->hasSystemSmtp()) {
            return;
        }

        foreach ($this->administrators->all() as $user) {
            try {
                $this->emailTo($user, $news);
            } catch (Exception $error) {
                $this->log->warning('KSeF: no e-mail could be sent to administrator {id}, {type}.', [
                    'id' => $user->getId(),
                    'type' => $error::class,
                ]);
            }
        }
    }

    private function told(?News $news): ?News
    {
        if ($news) {
            $this->notify($news);
        }

        return $news;
    }

    private function isUnread(User $user, string $text): bool
    {
        return (bool) $this->entityManager
            ->getRDBRepositoryByClass(Notification::class)
            ->where(['userId' => $user->getId(), 'read' => false, 'message' => $text])
            ->findOne();
    }

    private function emailTo(User $user, News $news): void
    {
        $address = $user->getEmailAddress();

        if (!$address || $news->subject === null) {
            return;
        }

        $wording = $this->administrators->wording($user);
        $siteUrl = (string) $this->config->get('siteUrl');
        $email = $this->entityManager->getRDBRepositoryByClass(Email::class)->getNew();

        $email
            ->setSubject(PlainText::ofMarkdown($wording->of($news->subject)))
            ->setBody(PlainText::ofMarkdown($wording->ofAll($news->messages), $siteUrl))
            ->setIsPlain()
            ->addToAddress($address);

        $this->sender->send($email);
    }
}
