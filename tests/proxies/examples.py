"""HAProxy and nginx with the documentation's own files, at the addresses of a test."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.php.authorities import new_authority
from tests.processes import Answer, RunningCommand, call_over, free_port

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
HOST = "bridge.example"
# What `scripts/test` has unpacked; an installation of the machine's own serves as well.
_UNPACKED = ROOT / ".proxies"
_PROGRAMS = f"{_UNPACKED}/usr/sbin:{os.environ.get('PATH', '')}:/usr/sbin"
_LIBRARIES = ":".join(str(each) for each in sorted(_UNPACKED.glob("usr/lib/*-linux-gnu*")))


@dataclass(frozen=True)
class Certificate:
    """A server certificate for `HOST`, its key, both in one file, and the authority's own."""

    authority: Path
    certificate: Path
    key: Path
    both: Path

    @classmethod
    def new(cls, folder: Path) -> Certificate:
        authority = new_authority(folder, HOST)
        certificate, key, both = (folder / f"server.{end}" for end in ("crt", "key", "pem"))
        both.write_bytes(certificate.read_bytes() + key.read_bytes())
        both.chmod(0o600)
        return cls(authority, certificate, key, both)


@dataclass(frozen=True)
class Example:
    """A proxy that is told what its file says, the addresses and files of a test in place.

    `database` is the port of the server to which HAProxy leads who asks for the state database.
    """

    name: str
    folder: Path
    certificate: Certificate
    bridges: Sequence[int]
    database: int = 1
    api_key: str = "none"

    def check(self) -> subprocess.CompletedProcess[str]:
        """The program's own word on the file."""
        return subprocess.run(
            [*self._command(_free_ports()), "-c" if self.name == "haproxy" else "-t"],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    @contextlib.contextmanager
    def running(self) -> Iterator[ThroughProxy]:
        """The proxy, until the block ends; calls go there by TLS."""
        log = self.folder / f"{self.name}.log"
        ports = _free_ports()
        command = self._command(ports)
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, env=self._environment(), stdout=output, stderr=output
            )
        try:
            _wait_for(ports["callers"], process, log)
            yield ThroughProxy(
                process, ports["callers"], log, self.certificate.authority, ports["state"]
            )
        finally:
            process.terminate()
            process.wait(timeout=20)

    def _command(self, ports: dict[str, int]) -> list[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        program = shutil.which(self.name, path=_PROGRAMS)
        assert program is not None, f"{self.name} is not there: run scripts/test"
        told = self._haproxy(ports) if self.name == "haproxy" else self._nginx(ports)
        return [program, *told]

    def _haproxy(self, ports: dict[str, int]) -> list[str]:
        of_the_machine = ("user ", "group ", "chroot ")
        file = self._told(
            "haproxy.cfg",
            {
                " :8970 ssl": f" 127.0.0.1:{ports['callers']} ssl",
                "127.0.0.1:3307": f"127.0.0.1:{ports['state']}",
                "192.0.2.21:3306": f"127.0.0.1:{self.database}",
                "192.0.2.22:3306": f"127.0.0.1:{self.database}",
                "/etc/haproxy/bridge.example.pem": str(self.certificate.both),
                "/etc/haproxy/bridges-ca.pem": str(self.certificate.authority),
            },
        )
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join(x for x in lines if not x.strip().startswith(of_the_machine)))
        return ["-db", "-f", str(file)]

    def _nginx(self, ports: dict[str, int]) -> list[str]:
        file = self._told(
            "nginx.conf",
            {
                "listen 8970 ssl": f"listen 127.0.0.1:{ports['callers']} ssl",
                "/etc/nginx/bridge.example.crt": str(self.certificate.certificate),
                "/etc/nginx/bridge.example.key": str(self.certificate.key),
                "/etc/nginx/bridges-ca.pem": str(self.certificate.authority),
            },
        )
        temporary = "".join(
            f"{kind}_temp_path {self.folder / kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = self.folder / "whole.conf"
        whole.write_text(
            ("user root;\n" if os.geteuid() == 0 else "")
            + f"daemon off;\npid {self.folder}/pid;\nevents {{}}\n"
            + f"http {{\naccess_log off;\n{temporary}include {file};\n}}\n"
        )
        return ["-p", str(self.folder), "-e", "stderr", "-c", str(whole)]

    def _told(self, name: str, changes: dict[str, str]) -> Path:
        text = (EXAMPLES / name).read_text("utf-8")
        for number, port in zip((11, 12), self.bridges, strict=True):
            changes[f"192.0.2.{number}:8970"] = f"127.0.0.1:{port}"
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        file = self.folder / name
        file.write_text(text, "utf-8")
        return file

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LD_LIBRARY_PATH": _LIBRARIES,
            "KSEF_BRIDGE_API_KEY": self.api_key,
        }


@dataclass
class ThroughProxy(RunningCommand):
    """Bridges as a caller sees them who knows the proxy's address and authority."""

    authority: Path
    state_port: int

    def call(self, method: str, path: str, **options: Any) -> Answer:
        context = ssl.create_default_context(cafile=str(self.authority))
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sock = context.wrap_socket(plain, server_hostname=HOST)
        return call_over(connection, method, path, **options)


def _free_ports() -> dict[str, int]:
    return {"callers": free_port(), "state": free_port()}


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError(log.read_text()[-3000:])
