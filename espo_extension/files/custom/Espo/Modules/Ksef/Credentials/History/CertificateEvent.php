<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\History;

/**
 * What happens to a certificate and is written into its record's stream. Each has a text,
 * `KsefCertificate.streamMessages.ksefStep_<value>`.
 */
enum CertificateEvent: string
{
    case Uploaded = 'uploaded';
    case Replaced = 'replaced';
    case Requested = 'requested';
    case SuccessorRequested = 'successorRequested';
    case KeySealed = 'keySealed';
    case Sent = 'sent';
    case Waits = 'waits';
    case Issued = 'issued';
    case PackageStored = 'packageStored';
    case Rejected = 'rejected';
    case RenewalFailed = 'renewalFailed';
    case RevocationAsked = 'revocationAsked';
    case StatusChanged = 'statusChanged';
    case KeyErased = 'keyErased';
    case PackageErased = 'packageErased';
    case LinkedToLogIn = 'linkedToLogIn';
    case LinkedForOffline = 'linkedForOffline';
    case UnlinkedFromLogIn = 'unlinkedFromLogIn';
    case UnlinkedFromOffline = 'unlinkedFromOffline';
}
