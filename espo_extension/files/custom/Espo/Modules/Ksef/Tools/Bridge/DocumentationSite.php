<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Bridge;

use Espo\Core\Utils\Config;
use Espo\Core\Utils\Config\ConfigWriter;
use Espo\Modules\Ksef\Messages\Documentation;

/**
 * Where the site of the documentation stands, as the bridge last said: kept for messages that are shown while the
 * bridge is not asked, or away.
 */
final readonly class DocumentationSite
{
    public const SETTING = 'ksefDocumentationUrl';

    public function __construct(
        private Config $config,
        private ConfigWriter $configWriter,
    ) {}

    /**
     * @param ?string $url Null when the bridge is told of no site.
     */
    public function keep(?string $url): void
    {
        $usable = Documentation::at($url) ? $url : null;

        if ($usable !== $this->config->get(self::SETTING)) {
            $this->configWriter->set(self::SETTING, $usable);
            $this->configWriter->save();
        }
    }
}
