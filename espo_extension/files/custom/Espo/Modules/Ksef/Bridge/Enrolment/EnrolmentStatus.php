<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Bridge\Enrolment;

/**
 * How far the bridge has come with a request for a certificate.
 */
enum EnrolmentStatus: string
{
    /** The key is made; KSeF is asked as soon as the record holds its seal. */
    case Prepared = 'Prepared';
    /** KSeF is being asked, or works on it. */
    case Requested = 'Requested';
    case Issued = 'Issued';
    /** There will be no certificate. */
    case Rejected = 'Rejected';
}
