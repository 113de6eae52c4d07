"""What every use of a profile's credential starts from: its row, its state, the lease on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bridge.espocrm.errors import EspoCrmUnreachable, ProfileIncomplete
from bridge.espocrm.profiles import Certificate, Profile, Profiles
from bridge.sessions.authentication_operation import LoginOptions
from bridge.sessions.errors import ProfileUnusable
from bridge.sessions.events import Events
from bridge.sessions.held_session import HeldSession
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.login import Login
from bridge.sessions.store import Seen, SessionStore
from bridge.state.errors import TryLater
from bridge.state.home import HomeGuard
from bridge.state.leases import Lease, Leases
from bridge.vault import Vault


@dataclass(frozen=True, slots=True)
class Logins:
    """The parts of a login, and how a lease is taken for one."""

    profiles: Profiles
    store: SessionStore
    vault: Vault
    ksef: KsefAccess
    options: LoginOptions
    events: Events
    leases: Leases
    home: HomeGuard

    def profile(self, profile_id: str) -> Profile:
        """The profile as EspoCRM has it now. Raises ProfileNotFound, ProfileUnusable, TryLater."""
        try:
            return self.profiles.get(profile_id)
        except EspoCrmUnreachable:
            raise TryLater("espocrm-database-unreachable") from None
        except ProfileIncomplete:
            raise ProfileUnusable("profile-incomplete") from None

    def certificate(self, certificate_id: str) -> Certificate:
        """The certificate as EspoCRM has it now. Raises CertificateNotFound, TryLater."""
        try:
            return self.profiles.certificate(certificate_id)
        except EspoCrmUnreachable:
            raise TryLater("espocrm-database-unreachable") from None

    @contextmanager
    def leased_unchanged(self, seen: Seen, end: float) -> Iterator[Login | None]:
        """The login whose lease was free, nothing having been stored since `seen`; else None."""
        with self.leases.of_unchanged(seen.state.profile_id, seen.version) as lease:
            yield None if lease is None else self._login(lease, end)

    @contextmanager
    def leased(
        self, state_id: str, end: float, needless: Callable[[], bool] = lambda: False
    ) -> Iterator[Login | None]:
        """The login whose lease was free, or became free before `end` (monotonic clock).

        None when, while waiting for another holder, it turned out `needless`. Raises TryLater.
        """
        with self.leases.waited_for(state_id, end, needless) as lease:
            yield None if lease is None else self._login(lease, end)

    def _login(self, lease: Lease, end: float) -> Login:
        held = HeldSession(
            ksef=self.ksef,
            store=self.store,
            vault=self.vault,
            events=self.events,
            lease=lease,
            end=end,
        )
        return Login(held, self.options)
