<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\SigningRequest;

use DateTimeImmutable;
use Espo\Core\Exceptions\Conflict;
use Espo\Modules\Ksef\Bridge\Enrolment\CertificateOrder;
use Espo\Modules\Ksef\Bridge\Errors\BridgeException;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateName;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\OptionName;
use Espo\Modules\Ksef\Messages\Texts;
use Espo\Modules\Ksef\Tools\Enrolment\BegunRequest;
use Espo\Modules\Ksef\Tools\Enrolment\CertificateKeys;
use Espo\Modules\Ksef\Tools\Enrolment\CertificateRequests;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;

/**
 * The certificates that a profile gets by a login signed elsewhere: one to log in by, and one for offline mode, each
 * where it has none.
 */
final readonly class SignedCertificates
{
    private const USES = ['Authentication' => CertificateUse::Authorization, 'Offline' => CertificateUse::Offline];
    private const KEY_ALGORITHM = 'EC P-256';

    public function __construct(
        private SigningRequests $signingRequests,
        private Certificates $certificates,
        private CertificateRequests $requests,
        private CertificateKeys $keys,
        private Texts $texts,
    ) {}

    /**
     * What was requested by the profile's last login that was signed elsewhere.
     *
     * @return list<Entity>
     */
    public function requested(Entity $profile): array
    {
        $id = (string) $profile->get(Profiles::SIGNING_REQUEST_ID);

        return $id === '' ? [] : $this->certificates->requestedBy($id);
    }

    /**
     * The types that are still to be requested, or wait for the login to serve them.
     *
     * @return list<string>
     */
    public function missing(Entity $profile): array
    {
        $present = self::types(array_filter(
            $this->requested($profile),
            static fn (Entity $certificate): bool =>
                Certificates::isRequested($certificate) || Certificates::isActive($certificate),
        ));

        foreach (self::USES as $type => $use) {
            $needed = $this->certificates->needed($profile, $use);

            if ($needed && Certificates::isActive($needed)) {
                $present[] = $type;
            }
        }

        $done = array_diff($present, self::types($this->waiting($profile)));

        return array_values(array_diff(array_keys(self::USES), $done));
    }

    /**
     * Have the login serve what waits since a former one, and request those that are missing then.
     *
     * @return list<BegunRequest>
     * @throws BridgeException
     * @throws Conflict
     */
    public function request(Entity $profile, bool $withPackage): array
    {
        $id = $this->signingRequests->idOf($profile);
        $begun = [];

        foreach ($this->waiting($profile) as $certificate) {
            $this->keys->serveBy($certificate, $id);
        }

        foreach ($this->missing($profile) as $type) {
            $name = $this->name($profile, $type);
            $order = new CertificateOrder($type, $name, self::KEY_ALGORITHM, $withPackage, $id);

            try {
                $begun[] = $this->requests->begin($profile, $order);
            } catch (BridgeException | Conflict $error) {
                // The password of a package is told once: what was begun is answered, the other stays missing.
                return $begun ?: throw $error;
            }
        }

        return $begun;
    }

    /**
     * What was requested by a former login that was signed elsewhere, and has not come: KSeF may issue it yet.
     *
     * @return list<Entity>
     */
    private function waiting(Entity $profile): array
    {
        $id = $profile->get(Profiles::SIGNING_REQUEST_ID);

        return array_values(array_filter(
            $this->certificates->requested($profile->getId()),
            static fn (Entity $certificate): bool =>
                !in_array($certificate->get(Certificates::SIGNING_REQUEST_ID), [null, $id], true),
        ));
    }

    /**
     * @param array<Entity> $certificates
     * @return array<string>
     */
    private static function types(array $certificates): array
    {
        return array_map(static fn (Entity $certificate): string => (string) $certificate->get('type'), $certificates);
    }

    private function name(Entity $profile, string $type): string
    {
        return CertificateName::ofRequested(
            (string) ($profile->get('companyName') ?: $profile->get('name')),
            $this->texts->option(new OptionName(Certificates::ENTITY_TYPE, 'type', $type)),
            $this->texts->dayInName('requested', new DateTimeImmutable()),
        );
    }
}
