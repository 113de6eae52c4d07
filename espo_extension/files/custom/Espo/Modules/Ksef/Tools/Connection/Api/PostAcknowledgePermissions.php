<?php

declare(strict_types=1);

namespace Espo\Modules\Ksef\Tools\Connection\Api;

use Espo\Core\Api\Action;
use Espo\Core\Api\Request;
use Espo\Core\Api\Response;
use Espo\Core\Api\ResponseComposer;
use Espo\Modules\Ksef\Tools\Connection\RightsAcknowledgements;
use Espo\Modules\Ksef\Tools\Record\Profiles;
use Espo\Modules\Ksef\Tools\Record\Records;
use Espo\Modules\Ksef\Tools\Record\RequestedRecords;
use Espo\ORM\Entity;

/**
 * Acknowledges the warning of unneeded rights that stands in a profile. With `unneeded` in the body only while it is
 * of these rights.
 */
final readonly class PostAcknowledgePermissions implements Action
{
    private const STORED = [
        'acknowledgedCode',
        'acknowledgedParams',
        'acknowledgedAt',
        'acknowledgedById',
        'acknowledgedByName',
    ];

    public function __construct(
        private RequestedRecords $requested,
        private Records $records,
        private RightsAcknowledgements $acknowledgements,
    ) {}

    public function process(Request $request): Response
    {
        $profile = $this->requested->get($request, Profiles::ENTITY_TYPE);
        $seen = $request->getParsedBody()->unneeded ?? null;

        $answer = $this->records->locked(
            Profiles::ENTITY_TYPE,
            $profile->getId(),
            function (Entity $locked) use ($seen): array {
                $this->acknowledgements->acknowledge($locked, is_string($seen) ? $seen : null);
                $this->records->save($locked);

                return array_combine(self::STORED, array_map($locked->get(...), self::STORED));
            },
        );

        return ResponseComposer::json($answer ?? []);
    }
}
