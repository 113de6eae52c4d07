"""Pages of ours in Chromium beside those of EspoCRM's Account: from the address to what is shown.

Each is loaded anew by a browser that has EspoCRM's files in its cache.
"""

from __future__ import annotations

import statistics
import time

from benchmark.espocrm import BridgedEspoCrm
from benchmark.table import Row, Target, Unit
from tests.e2e.browser import Screen, chromium
from tests.installation import new_nip

_RECORD = '#main .record .field[data-name="name"]'
_LIST = "#main .list tr.list-row"
_BRIDGE = ("#Admin/ksefBridge", ".ksef-health .label-success")


def page_rows(bridged: BridgedEspoCrm, times: int) -> list[Row]:
    """Median times, the pages in turn."""
    nip = new_nip()
    profile = bridged.records.token_profile(nip, nip, bridged.bridge.new_ksef_token(nip))
    account = bridged.user.done("POST", "Account", {"name": nip})["id"]
    pages = {
        "KSeF Profile": (f"#KsefProfile/view/{profile}", _RECORD),
        "an Account": (f"#Account/view/{account}", _RECORD),
        "the list of KSeF Profiles": ("#KsefProfile/list", _LIST),
        "the list of Accounts": ("#Account/list", _LIST),
        "KSeF Bridge": _BRIDGE,
    }
    user = bridged.user
    with (
        chromium(user.url) as browser,
        Screen.logged_in(
            browser, user.url, user.name, user.password, "en", bridged.folder
        ) as screen,
    ):
        for route, shown in pages.values():
            screen.open(route, shown)
        taken: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(times):
            for name, (route, shown) in pages.items():
                taken[name].append(_seconds(screen, route, shown))
    return [
        Row(
            measured=f"Opening of {ours} in Chromium: time",
            ours=statistics.median(taken[ours]) * 1000,
            against=other,
            other=statistics.median(taken[other]) * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 1.3),
        )
        for ours, other in (
            ("KSeF Profile", "an Account"),
            ("the list of KSeF Profiles", "the list of Accounts"),
            ("KSeF Bridge", "an Account"),
        )
    ]


def _seconds(screen: Screen, route: str, shown: str) -> float:
    screen.page.goto("about:blank")
    began = time.perf_counter()
    screen.page.goto(f"{screen.url}/{route}")
    # Looked for with each frame: Playwright's own waiting looks twice a second in the end.
    screen.page.wait_for_function(
        "shown => document.querySelector(shown)?.checkVisibility()", arg=shown
    )
    return time.perf_counter() - began
