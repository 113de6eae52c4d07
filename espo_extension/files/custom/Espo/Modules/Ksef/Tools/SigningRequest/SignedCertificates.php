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
use Espo\Modules\Ksef\Tools\Enrolment\CertificateRequests;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\ORM\Entity;

/**
 * The certificates that a profile gets by a login signed elsewhere: one to log in by, and one for offline mode where
 * it has none.
 */
final readonly class SignedCertificates
{
    private const KEY_ALGORITHM = 'EC P-256';

    public function __construct(
        private SigningRequests $signingRequests,
        private Certificates $certificates,
        private CertificateRequests $requests,
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
     * The types that are still to be requested.
     *
     * @return list<string>
     */
    public function missing(Entity $profile): array
    {
        $present = array_map(
            static fn (Entity $certificate): string => (string) $certificate->get('type'),
            array_filter(
                $this->requested($profile),
                static fn (Entity $certificate): bool =>
                    Certificates::isRequested($certificate) || Certificates::isActive($certificate),
            ),
        );

        $offline = $this->certificates->linked($profile, CertificateUse::Offline);

        if ($offline && Certificates::isActive($offline)) {
            $present[] = 'Offline';
        }

        return array_values(array_diff(['Authentication', 'Offline'], $present));
    }

    /**
     * Request those that are missing.
     *
     * @return list<BegunRequest>
     * @throws BridgeException
     * @throws Conflict
     */
    public function request(Entity $profile, bool $withPackage): array
    {
        $id = $this->signingRequests->idOf($profile);
        $begun = [];

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

    private function name(Entity $profile, string $type): string
    {
        return CertificateName::ofRequested(
            (string) ($profile->get('companyName') ?: $profile->get('name')),
            $this->texts->option(new OptionName(Certificates::ENTITY_TYPE, 'type', $type)),
            $this->texts->dayInName('requested', new DateTimeImmutable()),
        );
    }
}
