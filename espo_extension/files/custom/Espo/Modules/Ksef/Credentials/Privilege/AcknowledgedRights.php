<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Credentials\Privilege;

/**
 * The warning of unneeded rights that an administrator acknowledged: it is not given again for these rights or
 * for fewer, and is for any other, or for another reason.
 */
final readonly class AcknowledgedRights
{
    /**
     * @param string $code Of the warning.
     * @param array<string, mixed> $params Its parameters, the rights among them.
     */
    public function __construct(
        private string $code,
        private array $params,
    ) {}

    /**
     * @param array<string, mixed> $params
     */
    public function cover(string $code, array $params): bool
    {
        $rights = self::rights($params);

        return $code === $this->code && $rights && !array_diff($rights, self::rights($this->params));
    }

    /**
     * @param array<string, mixed> $params As the bridge writes them: `CredentialsManage, SubunitManage`.
     * @return list<string>
     */
    private static function rights(array $params): array
    {
        return array_values(array_filter(explode(', ', (string) ($params['unneeded'] ?? ''))));
    }
}
