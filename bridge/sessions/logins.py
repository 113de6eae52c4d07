"""What every use of a profile's credential starts from: its row, its state, the lease on it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bridge.espocrm.errors import EspoCrmUnreachable, ProfileIncomplete
from bridge.espocrm.profiles import Profile, Profiles
from bridge.sessions.errors import ProfileUnusable, TryLater
from bridge.sessions.events import Events
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.login import Login, LoginOptions
from bridge.sessions.store import Seen, SessionStore
from bridge.state.leases import Lease, Leases
from bridge.vault import Vault

_LEASE_POLL_SECONDS = 0.05


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

    def profile(self, profile_id: str) -> Profile:
        """The profile as EspoCRM has it now. Raises ProfileNotFound, ProfileUnusable, TryLater."""
        try:
            return self.profiles.get(profile_id)
        except EspoCrmUnreachable:
            raise TryLater("espocrm-database-unreachable") from None
        except ProfileIncomplete:
            raise ProfileUnusable("profile-incomplete") from None

    @contextmanager
    def leased_unchanged(self, seen: Seen, end: float) -> Iterator[Login | None]:
        """The login whose lease was free, nothing having been stored since `seen`; else None."""
        holder = uuid.uuid4().hex
        state_id = seen.state.profile_id
        if not self.store.claim_unchanged(state_id, holder, seen.version):
            yield None
            return
        with self.leases.held(state_id, holder) as lease:
            yield self._login(lease, end)

    @contextmanager
    def leased(
        self, state_id: str, end: float, needless: Callable[[], bool] = lambda: False
    ) -> Iterator[Login | None]:
        """The login whose lease was free, or became free before `end` (monotonic clock).

        None when, while waiting for another holder, it turned out `needless`. Raises TryLater.
        """
        holder = uuid.uuid4().hex
        # Asking writes nothing, and many may be waiting.
        while not (self.store.is_free(state_id) and self.store.claim(state_id, holder)):
            if needless():
                yield None
                return
            if time.monotonic() > end:
                raise TryLater("login-in-progress", retry_after=2)
            time.sleep(_LEASE_POLL_SECONDS)
        with self.leases.held(state_id, holder) as lease:
            yield self._login(lease, end)

    def _login(self, lease: Lease, end: float) -> Login:
        return Login(
            ksef=self.ksef,
            store=self.store,
            vault=self.vault,
            options=self.options,
            events=self.events,
            lease=lease,
            end=end,
        )
