<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools;

use Espo\Core\Mail\EmailSender;
use Espo\Core\Utils\Config;
use Espo\Core\Utils\Log;
use Espo\Entities\Email;
use Espo\Entities\User;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Messages\PlainText;
use Espo\ORM\EntityManager;
use Exception;

/**
 * Tells every active administrator by e-mail, where EspoCRM has SMTP; each in his language, as plain
 * text. Whatever fails is logged: the same stands in EspoCRM's notifications.
 */
final readonly class AdministratorEmails
{
    public function __construct(
        private EntityManager $entityManager,
        private EmailSender $sender,
        private Administrators $administrators,
        private Config $config,
        private Log $log,
    ) {}

    public function send(News $news): void
    {
        if ($news->subject === null || !$this->sender->hasSystemSmtp()) {
            return;
        }

        foreach ($this->administrators->all() as $user) {
            try {
                $this->sendTo($user, $news, $news->subject);
            } catch (Exception $error) {
                $this->log->warning('KSeF: no e-mail could be sent to administrator {id}, {type}.', [
                    'id' => $user->getId(),
                    'type' => $error::class,
                ]);
            }
        }
    }

    private function sendTo(User $user, News $news, Message $subject): void
    {
        $address = $user->getEmailAddress();

        if (!$address) {
            return;
        }

        $wording = $this->administrators->wording($user);
        $siteUrl = (string) $this->config->get('siteUrl');
        $email = $this->entityManager->getRDBRepositoryByClass(Email::class)->getNew();

        $email
            ->setSubject(PlainText::ofMarkdown($wording->of($subject)))
            ->setBody(PlainText::ofMarkdown($wording->ofAll($news->messages), $siteUrl))
            ->setIsPlain()
            ->addToAddress($address);

        $this->sender->send($email);
    }
}
