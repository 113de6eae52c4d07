<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\SigningRequest;

/**
 * How far a login has come whose document is signed elsewhere.
 */
enum SigningRequestStatus: string
{
    case AwaitingSignature = 'AwaitingSignature';
    /** KSeF works on the signed document. */
    case Submitted = 'Submitted';
    /** There is a session, which serves requests for certificates. */
    case Established = 'Established';
    case Refused = 'Refused';
    /** Nobody signed in time. */
    case Expired = 'Expired';
    case Ended = 'Ended';
}
