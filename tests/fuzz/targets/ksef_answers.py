"""KSeF's answers to every operation, from the HTTP answer on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from bridge.ksef import transport
from bridge.ksef.client import KsefClient
from bridge.ksef.connections import HttpAnswer
from bridge.ksef.errors import KsefError, Operation
from bridge.ksef.transport import Answer, Request, Transport
from tests.fuzz.target import Prepared, Target
from tests.fuzz.targets.answers import Answers, answer_as_data, answer_of
from tests.installation import new_nip
from tests.ksef.mutated_answers import VALUES, Recorded
from tests.ksef.recorded_answers import OPERATIONS, recorded_answers
from tests.ksef.scripted_server import ScriptedServer
from tests.ksef.test_hostile_answers import CALLS, ERRORS, Caller, assert_harmless, assert_told
from tests.processes import COMMAND, free_port, running

_OPERATIONS = sorted(OPERATIONS, key=str)
_LONGEST_WORD = 40


class _Transport(Transport):
    """Answers of a sound KSeF, but for the one operation that is looked at."""

    def __init__(self, recorded: Mapping[Operation, Recorded]) -> None:
        with patch.object(transport, "Connections", Answers):
            super().__init__("http://127.0.0.1:1/v2")
        self._recorded = recorded
        self.target = _OPERATIONS[0]
        self.answer = answer_of(b"")

    def send(self, request: Request) -> Answer:
        sound = self._recorded[request.operation]
        is_target = request.operation == self.target
        Answers.answer = self.answer if is_target else HttpAnswer(sound.status, {}, sound.body)
        return super().send(request)


@contextmanager
def _prepare() -> Iterator[Prepared]:
    recorded = _recorded()
    sent = _Transport(recorded)
    caller = Caller(
        KsefClient(sent, sleep=lambda _: None),
        ScriptedServer(0, lambda _: None),  # type: ignore[arg-type, return-value]
        recorded,
    )

    def read(data: bytes) -> None:
        """The first octet chooses the operation, the rest is its answer."""
        sent.target = _OPERATIONS[(data[:1] or b"\0")[0] % len(_OPERATIONS)]
        sent.answer = answer_of(data[1:])
        try:
            value = CALLS[sent.target](caller)
        except KsefError as error:
            assert_told(error)
        else:
            assert_harmless(value)

    yield Prepared(read, _seeds(recorded))


def _recorded() -> Mapping[Operation, Recorded]:
    with tempfile.TemporaryDirectory() as folder:
        port, log = free_port(), Path(folder, "log")
        arguments = ["simulator", "--port", str(port)]
        with running(arguments, port, log, executed=[COMMAND]) as simulator:
            return recorded_answers(simulator, new_nip())


def _seeds(recorded: Mapping[Operation, Recorded]) -> list[bytes]:
    sound = [
        bytes([number]) + answer_as_data(recorded[operation].body)
        for number, operation in enumerate(_OPERATIONS)
    ]
    date = "Sun, 29 Nov 2026 12:00:30 GMT"
    refused = [
        bytes([number % len(_OPERATIONS)]) + answer_as_data(each.body, each.status, "30", date, "ż")
        for number, each in enumerate(ERRORS)
        if each.status != 503
    ]
    return [*sound, *refused, bytes([0]) + answer_as_data(b"<html>", 503, date, date)]


TARGET = Target(
    "ksef-answers",
    _prepare,
    [*(each for each in VALUES if len(each) <= _LONGEST_WORD), b"\0\0", b"null", b'"code":'],
    16 * 1024,
)
