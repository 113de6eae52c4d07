<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials;

/**
 * The KSeF environments in which a certificate may serve.
 */
final class CertificateEnvironments
{
    private const OF_KSEF = 'Ksef';
    private const TEST_OR_DEMO = ['Test', 'Demo'];
    private const ALL = ['Production', 'Demo', 'Test'];

    /**
     * Production has an issuer of its own, Test and Demo share one: of a KSeF certificate that does not tell its
     * environment only that is known. Other issuers know nothing of KSeF's environments.
     *
     * @param string $environment Production, Demo, Test, or '' where nobody tells.
     * @return non-empty-list<string>
     */
    public static function of(string $kind, string $environment): array
    {
        return match (true) {
            $environment !== '' => [$environment],
            $kind === self::OF_KSEF => self::TEST_OR_DEMO,
            default => self::ALL,
        };
    }
}
