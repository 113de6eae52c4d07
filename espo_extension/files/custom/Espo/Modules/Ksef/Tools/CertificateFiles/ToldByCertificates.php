<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\CertificateFiles;

use Espo\Modules\Ksef\Bridge\Inspection\SortedCertificate;
use Espo\Modules\Ksef\Credentials\Certificate\CertificateUse;
use Espo\Modules\Ksef\Credentials\Certificate\HolderCompany;

/**
 * What certificates tell of the profile that they belong to.
 */
final class ToldByCertificates
{
    /**
     * The environment of the first that can be used at all; null where it tells none, as Test and Demo do.
     *
     * @param list<SortedCertificate> $found In the order in which they are preferred.
     */
    public static function environment(array $found): ?string
    {
        foreach ($found as $each) {
            if (!$each->errors()) {
                return $each->facts->environment;
            }
        }

        return null;
    }

    /**
     * The company of the one that logs in, else of the other one.
     *
     * @param list<Placement> $placements
     */
    public static function company(array $placements): ?HolderCompany
    {
        foreach (CertificateUse::cases() as $use) {
            foreach ($placements as $each) {
                $company = $each->use === $use ? self::holder($each) : null;

                if ($company) {
                    return $company;
                }
            }
        }

        return null;
    }

    private static function holder(Placement $placement): ?HolderCompany
    {
        $facts = $placement->found->facts;

        return HolderCompany::of($facts->identifierType, $facts->identifierValue, $facts->subjectName);
    }
}
