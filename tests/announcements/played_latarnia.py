"""A Latarnia that answers as told, and waiting for what the bridge made of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from bridge.announcements.announcements import Announcements, Look
from bridge.credentials.environment import Environment
from tests.ksef.scripted_server import Received, Reply

MAINTENANCE = {
    "id": "K/2026/NI/01",
    "eventId": 1000,
    "category": "MAINTENANCE",
    "type": "MAINTENANCE_ANNOUNCEMENT",
    "title": "Planowana niedostępność",
    "text": "Prace serwisowe KSeF.\nPrzepraszamy.",
    "start": "2026-11-29T20:00:00+01:00",
    "end": "2026-11-30T04:00:00+01:00",
    "version": 2,
    "published": "2026-11-20T08:00:00.123+00:00",
}
FAILURE = {
    "id": "K/2026/AWR/02",
    "eventId": 1003,
    "category": "TOTAL_FAILURE",
    "type": "FAILURE_START",
    "title": "Wystąpiła całkowita awaria",
    "text": "Od godziny 13:27 trwa całkowita awaria.",
    "start": "2026-11-29T12:27:00+00:00",
    "version": 1,
    "published": "2026-11-29T12:35:00+00:00",
}


def latarnia(status: Any, messages: Any) -> Callable[[Received], Reply]:
    """Answers; bytes and replies as they are, all else as JSON."""

    def answer(request: Received) -> Reply:
        told = status if request.path.endswith("/status") else messages
        if isinstance(told, Reply):
            return told
        return Reply(200, told if isinstance(told, bytes) else json.dumps(told).encode())

    return answer


def settled(announcements: Announcements, environment: Environment = Environment.TEST) -> Look:
    """What is known once nobody is asking any more."""
    end = time.monotonic() + 15
    while (look := announcements.look(environment)).is_being_asked:
        assert time.monotonic() < end, "Latarnia is asked without end"
        time.sleep(0.01)
    return look
