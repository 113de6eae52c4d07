"""So many inspect at once, so many wait, and every place that is left is taken again."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from queue import SimpleQueue

import pytest

from bridge.inspector.errors import InspectorBusy
from bridge.inspector.places import AT_ONCE, MOST_WAITING, Places


@pytest.mark.parametrize(("threads", "at_once"), [(1, 1), (2, 1), (3, 1), (4, 2), (32, AT_ONCE)])
def test_no_more_than_half_the_threads_inspect_and_one_always_may(
    threads: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.inspector.places.LONGEST_WAIT", 0.01)
    places = Places(threads)
    with ExitStack() as taken:
        for _ in range(at_once):
            taken.enter_context(places.place())
        with pytest.raises(InspectorBusy), places.place():
            pass


def test_who_waited_in_vain_or_failed_leaves_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.inspector.places.LONGEST_WAIT", 0.001)
    places = Places(threads=32)
    for _ in range(AT_ONCE + MOST_WAITING + 1):
        with pytest.raises(ZeroDivisionError), places.place():
            raise ZeroDivisionError
    with places.place(), places.place():
        for _ in range(MOST_WAITING + 1):
            with pytest.raises(InspectorBusy), places.place():
                pass
    with places.place(), places.place():
        pass


@pytest.mark.parametrize(("threads", "waiting"), [(32, MOST_WAITING), (10, 3)])
def test_so_many_wait_and_the_next_is_refused_at_once(
    threads: int, waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.inspector.places.LONGEST_WAIT", 30)
    places = Places(threads)
    outcomes: SimpleQueue[str] = SimpleQueue()

    def ask_for_a_place() -> None:
        try:
            with places.place():
                outcomes.put("inspected")
        except InspectorBusy:
            outcomes.put("refused")

    callers = [threading.Thread(target=ask_for_a_place) for _ in range(waiting + 1)]
    with ExitStack() as taken:
        for _ in range(AT_ONCE):
            taken.enter_context(places.place())
        for caller in callers:
            caller.start()
        assert outcomes.get(timeout=20) == "refused"
    for caller in callers:
        caller.join()
    assert [outcomes.get_nowait() for _ in range(waiting)] == ["inspected"] * waiting
