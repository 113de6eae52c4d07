<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\FirstSteps;

/**
 * What leads from a fresh installation to a connected company, line by line, and what of it is done.
 */
final class Checklist
{
    private const BRIDGE_READY = 'ok';
    private const BRIDGE_NOT_CONFIGURED = 'notConfigured';

    /**
     * @param string $bridge The status that BridgeHealth gives.
     * @param ?ProfileProgress $profile The one that has come furthest; null without an Active profile.
     * @return list<FirstStep>
     */
    public static function of(string $bridge, ?ProfileProgress $profile, NoticeReach $notices): array
    {
        $isBridgeReady = $bridge === self::BRIDGE_READY;

        return [
            self::bridge($bridge),
            self::company($profile),
            self::credential($profile, $isBridgeReady),
            self::connection($profile, $isBridgeReady),
            self::offlineCertificate($profile),
            self::notices($notices),
        ];
    }

    private static function bridge(string $status): FirstStep
    {
        return match ($status) {
            self::BRIDGE_READY => new FirstStep('bridge', 'bridgeReady', isDone: true),
            self::BRIDGE_NOT_CONFIGURED => new FirstStep('bridge', 'bridgeNotConfigured', action: 'openBridge'),
            default => new FirstStep('bridge', 'bridgeNotReady', action: 'openBridge'),
        };
    }

    private static function company(?ProfileProgress $profile): FirstStep
    {
        return $profile
            ? new FirstStep('company', 'companyEntered', isDone: true)
            : new FirstStep('company', 'noCompany', action: 'createProfile');
    }

    private static function credential(?ProfileProgress $profile, bool $isBridgeReady): FirstStep
    {
        return match (true) {
            $profile === null && $isBridgeReady =>
                new FirstStep('credential', 'credentialBeforeCompany', action: 'addCertificates'),
            $profile === null => new FirstStep('credential', 'credentialOfWhat'),
            $profile->hasCredential => new FirstStep('credential', 'credentialStored', isDone: true),
            default => new FirstStep('credential', 'noCredential', action: 'addCredential'),
        };
    }

    private static function connection(?ProfileProgress $profile, bool $isBridgeReady): FirstStep
    {
        return match (true) {
            !$profile?->hasCredential => new FirstStep('connection', 'nothingToTest'),
            $profile->isConnected() => new FirstStep('connection', 'connected', isDone: true),
            $profile->hasFailed() => new FirstStep('connection', 'connectionFailed', action: 'openProfile'),
            $isBridgeReady => new FirstStep('connection', 'notTested', action: 'testConnection'),
            default => new FirstStep('connection', 'notTestable'),
        };
    }

    private static function offlineCertificate(?ProfileProgress $profile): FirstStep
    {
        return match (true) {
            $profile === null => new FirstStep('offline', 'offlineCertificate', isOptional: true),
            $profile->hasOfflineCertificate => new FirstStep('offline', 'offlineLinked', isDone: true, isOptional: true),
            default => new FirstStep('offline', 'offlineCertificate', action: 'addOfflineCertificate', isOptional: true),
        };
    }

    private static function notices(NoticeReach $notices): FirstStep
    {
        return match (true) {
            $notices->unread > 0 => new FirstStep('notices', 'noticesUnread', action: 'openNotifications'),
            !$notices->isMailSent => new FirstStep('notices', 'noMail', action: 'setUpMail'),
            !$notices->hasAddress => new FirstStep('notices', 'noAddress', action: 'enterAddress'),
            default => new FirstStep('notices', 'noticesReachYou', isDone: true),
        };
    }
}
