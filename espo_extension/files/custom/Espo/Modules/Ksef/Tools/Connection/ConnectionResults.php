<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection;

use Espo\Core\Utils\DateTime;
use Espo\Modules\Ksef\Bridge\Connection\ConnectionTest;
use Espo\Modules\Ksef\Bridge\Connection\Step;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateStatus;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Messages\Message;
use Espo\Modules\Ksef\Tools\Record\Certificates;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\ORM\Entity;

/**
 * What is known of a profile's connection, as it stands in the profile.
 */
final readonly class ConnectionResults
{
    /** A save option: the credential changes, and what was found stays true. */
    public const STAYS = 'ksefConnectionStays';

    private const LOGIN_ENDED = 'profile-certificate-ended';
    private const OFFLINE_ENDED = 'profile-offline-certificate-ended';
    private const NOT_TESTED = 'NotTested';
    private const CONNECTED = 'Connected';
    private const FAILED = 'Failed';
    /** The bridge's word for it; why it is not Active is known here. */
    private const CERTIFICATE_NOT_ACTIVE = 'certificate-not-active';

    public function __construct(
        private Records $records,
        private Certificates $certificates,
    ) {}

    /**
     * Nothing is known; the caller saves.
     */
    public function forget(Entity $profile): void
    {
        $profile->set([
            'connectionStatus' => self::NOT_TESTED,
            'connectionCheckedAt' => null,
            'connectionCode' => null,
            'connectionParams' => null,
            'permissions' => null,
            'permissionsCode' => null,
            'permissionsParams' => null,
        ]);
    }

    public function isKnown(Entity $profile): bool
    {
        return $profile->get('connectionStatus') !== self::NOT_TESTED;
    }

    /**
     * Whether it is known to be Failed for the end of its Offline certificate alone.
     */
    public function isFailedOffline(Entity $profile): bool
    {
        return $this->hasFailedWith($profile, self::OFFLINE_ENDED);
    }

    /**
     * Whether what is known of the profile's connection was found with this certificate.
     */
    public function concern(Entity $profile, string $certificateId): bool
    {
        if ($profile->get(CertificateUse::Offline->idAttribute()) === $certificateId && $this->isFailedOffline($profile)) {
            return true;
        }

        return Profiles::logsInByCertificate($profile)
            && $profile->get(CertificateUse::Authorization->idAttribute()) === $certificateId;
    }

    /**
     * What the profile has to say of a certificate that ended while it needs it: that it cannot log in, or cannot
     * issue invoices offline.
     */
    public function end(Entity $profile, CertificateUse $use): ?Message
    {
        $certificate = $this->certificates->needed($profile, $use);
        $status = (string) $certificate?->get('status');

        if (!$certificate || !CertificateStatus::isEnded($status)) {
            return null;
        }

        return new Message(
            $use === CertificateUse::Offline ? self::OFFLINE_ENDED : self::LOGIN_ENDED,
            ['certificate' => Records::link($certificate), 'status' => $status],
        );
    }

    /**
     * @return bool Whether the connection fails in a way that was not known yet.
     */
    public function storeTest(Entity $profile, ConnectionTest $test): bool
    {
        $step = $test->decisiveStep();
        [$code, $params] = $this->reason($profile, $step?->code, $step->params ?? []);
        $isNews = !$test->isOk && !$this->hasFailedWith($profile, $code);

        $profile->set($this->unneededRights($test->unneededRights()));
        $this->store($profile, $test->isOk, $code, $params, $test->permissions);

        return $isNews;
    }

    /**
     * @param array<string, string|int> $params
     * @return bool Whether the connection fails in a way that was not known yet.
     */
    public function storeRefusal(Entity $profile, string $code, array $params): bool
    {
        [$code, $params] = $this->reason($profile, $code, $params);

        if ($this->hasFailedWith($profile, $code)) {
            return false;
        }

        $profile->set($this->unneededRights(null));
        $this->store($profile, false, $code, $params, null);

        return true;
    }

    /**
     * A certificate that the profile uses has ended.
     */
    public function storeEndedCertificate(Entity $profile): void
    {
        if ($reason = $this->end($profile, CertificateUse::Authorization)) {
            $profile->set($this->unneededRights(null));
            $this->store($profile, false, $reason->code, $reason->plainParams(), null);
        } elseif (
            // Of the login nothing changed: what it fails for stays.
            ($profile->get('connectionStatus') !== self::FAILED || $this->isFailedOffline($profile))
            && $reason = $this->end($profile, CertificateUse::Offline)
        ) {
            $this->store($profile, false, $reason->code, $reason->plainParams(), $profile->get('permissions'));
        }
    }

    /**
     * What the profile connects with at this moment. A result is stored only while this is the same.
     */
    public function credential(Entity $profile): string
    {
        $certificate = $this->certificates->linked($profile, CertificateUse::Authorization);

        return hash('sha256', serialize([
            Profiles::login($profile->get(...)),
            $certificate?->get('status'),
            $certificate?->get('fingerprint'),
            $certificate?->get('privateKeySealed'),
        ]));
    }

    /**
     * @param array<string, string|int> $params
     * @return array{?string, array<string, string|int>} Code and parameters.
     */
    private function reason(Entity $profile, ?string $code, array $params): array
    {
        $reason = $code === self::CERTIFICATE_NOT_ACTIVE ? $this->end($profile, CertificateUse::Authorization) : null;

        return $reason ? [$reason->code, $reason->plainParams()] : [$code, $params];
    }

    private function hasFailedWith(Entity $profile, ?string $code): bool
    {
        return $profile->get('connectionStatus') === self::FAILED && $profile->get('connectionCode') === $code;
    }

    /**
     * @return array{permissionsCode: ?string, permissionsParams: ?object}
     */
    private function unneededRights(?Step $warning): array
    {
        return [
            'permissionsCode' => $warning?->code,
            'permissionsParams' => $warning ? (object) $warning->params : null,
        ];
    }

    /**
     * @param array<string, string|int> $params
     * @param ?list<string> $permissions
     */
    private function store(Entity $profile, bool $isOk, ?string $code, array $params, ?array $permissions): void
    {
        $profile->set([
            'connectionStatus' => $isOk ? self::CONNECTED : self::FAILED,
            'connectionCheckedAt' => DateTime::getSystemNowString(),
            'connectionCode' => $code,
            'connectionParams' => (object) $params,
            'permissions' => $permissions,
        ]);

        $this->records->save($profile);
    }
}
