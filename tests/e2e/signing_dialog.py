"""An administrator has a login signed elsewhere: the dialog, and a program that signs."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bridge.simulator.command import simulator
from tests.e2e.browser import Screen
from tests.e2e.certificate_request import JOB
from tests.e2e.counted_steps import CountedSteps
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.installation import Installation

MODAL = ".modal.in"
BUTTON = '[data-name="ksefConnectBySignature"]'
STEPS = f"{MODAL} .ksef-signing-steps"
DOWNLOAD = f"{MODAL} .ksef-step-download button"
CHOOSE = f"{MODAL} .ksef-drop > button"
NOT_SIGNED = f"{MODAL} .ksef-not-signed"
SIGNER = f"{MODAL} .ksef-signer"
WITH_PACKAGE = f'{MODAL} [name="withPackage"]'
REQUEST = f'{MODAL} button[data-name="request"]:visible'
CERTIFICATES = f"{MODAL} .ksef-signed-certificates"
CONNECTION = f"{MODAL} .ksef-signed-connection"
CLOSE = f'{MODAL} button[data-name="cancel"]'
ON_PAGE = ".ksef-signing-request"
ISSUED_WITHIN = 60_000
SIGNED_WITHIN = 20
COLLECTED_WITHIN = 60


def sign(document: Path, simulator_port: int, signer: str, *options: str) -> Path:
    """What `ksef-bridge simulator sign` makes of a document."""
    signed = document.with_name(f"{document.stem}-{signer}.xml")
    asked = ["--port", str(simulator_port), "sign", str(document), "--as", signer]
    made = CliRunner().invoke(
        simulator, [*asked, *options, "--out", str(signed)], catch_exceptions=False
    )
    assert made.exit_code == 0, made.output
    return signed


@dataclass
class SigningDialog:
    """The dialog of one profile, and what was done in it."""

    screen: Screen
    records: Records
    profile: str
    folder: Path
    steps: CountedSteps = field(init=False)

    def __post_init__(self) -> None:
        self.steps = CountedSteps(self.screen)
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def record(self) -> Any:
        return self.records.user.done("GET", f"KsefProfile/{self.profile}")

    @property
    def state(self) -> Any:
        return self.records.user.done("GET", f"KsefProfile/{self.profile}/signingRequest")

    def signed_by_rest(self, simulator_port: int) -> None:
        """The same without a browser: from nothing to a session of the company's seal."""
        user, path = self.records.user, f"KsefProfile/{self.profile}/signingRequest"
        begun = user.done("POST", path, {})["request"]["document"]
        document: Path = self.folder / f"{self.record['signingRequestId']}.xml"
        document.write_text(begun)
        content = base64.b64encode(sign(document, simulator_port, "seal").read_bytes()).decode()
        state = user.done("PUT", path, {"content": content})
        end = time.monotonic() + SIGNED_WITHIN
        while state["request"]["status"] == "Submitted":
            assert time.monotonic() < end
            time.sleep(0.5)
            state = self.state
        assert state["request"]["status"] == "Established", state

    def request_by_rest(self, **wishes: bool) -> Any:
        path = f"KsefProfile/{self.profile}/signingRequest/certificates"
        return self.records.user.done("POST", path, wishes)

    def end_session(self, bridge: Installation) -> None:
        """As the bridge does when the hour is over."""
        request = self.record["signingRequestId"]
        path = f"/v1/profiles/{self.profile}/signing-requests/{request}"
        assert bridge.call("DELETE", path).status == 204

    @property
    def all_requested(self) -> dict[str, Any]:
        """Whatever was requested for the profile, by the ids of the records."""
        of_profile = "where[0][type]=equals&where[0][attribute]=requestedByProfileId"
        path = f"KsefCertificate?select=id&{of_profile}&where[0][value]={self.profile}"
        found = self.records.user.done("GET", path)["list"]
        return {
            each["id"]: self.records.user.done("GET", f"KsefCertificate/{each['id']}")
            for each in found
        }

    def open_page(self) -> None:
        self.screen.open(f"#KsefProfile/view/{self.profile}", 'button[data-name="edit"]')

    def open(self) -> None:
        self.open_page()
        self.steps.click(BUTTON, "Connect")
        self.screen.page.wait_for_selector(STEPS)

    def download(self) -> Path:
        with self.screen.page.expect_download() as downloading:
            self.steps.click(DOWNLOAD, "Download")
        document: Path = self.folder / downloading.value.suggested_filename
        downloading.value.save_as(document)
        return document

    def hand_in(self, signed: Path) -> None:
        self.steps.choose_files(CHOOSE, "Choose", signed)

    def request(self) -> None:
        self.steps.click(REQUEST, "Request")
        self.screen.page.wait_for_selector(CERTIFICATES)

    def wait_until_connected(self) -> None:
        page = self.screen.page
        page.wait_for_selector(f"{CONNECTION} .label-success", timeout=ISSUED_WITHIN)
        spinner = f"{CERTIFICATES} .fa-spinner"
        page.wait_for_selector(spinner, state="detached", timeout=ISSUED_WITHIN)

    def close(self) -> None:
        self.screen.page.click(CLOSE)
        self.screen.page.wait_for_selector(MODAL, state="detached")
        self.screen.settle()


NewDialog = Callable[..., SigningDialog]


def collect(dialog: SigningDialog, espocrm: EspoCrm) -> None:
    """The job, until it has brought what was requested."""
    run_job_until(
        espocrm,
        lambda: "Requested" not in {each["status"] for each in dialog.state["certificates"]},
    )


def run_job_until(espocrm: EspoCrm, is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + COLLECTED_WITHIN
    while not is_done():
        assert time.monotonic() < end
        espocrm.run_job(JOB)
        time.sleep(1)
