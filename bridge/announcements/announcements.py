"""Asks Latarnia when somebody wants to know, at most every five minutes, and lets nobody wait."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bridge.announcements.announced import Announced, Trouble
from bridge.announcements.codes import AnnouncementCode
from bridge.announcements.latarnia import Latarnia, LatarniaAnswer, NoAnswer
from bridge.announcements.remembered import Remembered
from bridge.credentials.environment import Environment

_OFF = Announced(trouble=Trouble(AnnouncementCode.OFF))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What is known right now; `is_being_asked`: an answer will be here in some seconds."""

    announced: Announced
    is_being_asked: bool


@dataclass(frozen=True, slots=True)
class _Source:
    url: str
    ca_file: Path | None
    remembered: Remembered

    def ask(self) -> LatarniaAnswer:
        """Raises NoAnswer."""
        try:
            # Made anew each time: minutes lie between, and a CA file may have been put right.
            latarnia = Latarnia(self.url, self.ca_file)
        except OSError:
            raise NoAnswer(Trouble(AnnouncementCode.UNREACHABLE)) from None
        with contextlib.closing(latarnia):
            return latarnia.ask()


class Announcements:
    """What is announced for each environment; those without a URL in `urls` ask nobody."""

    def __init__(
        self, urls: Mapping[Environment, str], ca_file: Path | None, runtime_folder: Path
    ) -> None:
        self._sources = {
            environment: _Source(url, ca_file, Remembered(runtime_folder, url))
            for environment, url in urls.items()
        }

    def look(self, environment: Environment) -> Look:
        """What is remembered; when that has grown old, Latarnia is asked in the background."""
        source = self._sources.get(environment)
        if source is None:
            return Look(_OFF, is_being_asked=False)
        now = datetime.now(UTC)
        announced = source.remembered.load()
        if announced.is_due(now) and (asked := source.remembered.claim(now)) is not None:
            announced = asked
            self._ask_in_background(environment, source, asked)
        return Look(announced.known(now), announced.is_being_asked(now))

    @staticmethod
    def _ask_in_background(environment: Environment, source: _Source, asked: Announced) -> None:
        name = f"latarnia-{environment.value.lower()}"
        thread = threading.Thread(target=_ask, args=(environment, source, asked), name=name)
        # A Latarnia that hangs must not hold up the end of the process either.
        thread.daemon = True
        try:
            thread.start()
        except RuntimeError:
            log.warning("latarnia-not-asked", environment=environment.value)


def _ask(environment: Environment, source: _Source, asked: Announced) -> None:
    try:
        answer = source.ask()
    except NoAnswer as failure:
        log.info("latarnia-asked", environment=environment.value, code=failure.trouble.code)
        source.remembered.save(asked.failed(failure.trouble))
        return
    except Exception as error:
        log.error("latarnia-not-asked", environment=environment.value, type=type(error).__name__)
        raise
    log.info("latarnia-asked", environment=environment.value, status=answer.status)
    source.remembered.save(
        replace(
            asked,
            status=answer.status,
            announcements=answer.announcements,
            answered_at=asked.asked_at,
            trouble=answer.trouble,
        )
    )
