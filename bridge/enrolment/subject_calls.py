"""The calls about certificates in the name of whom a profile logs in as, or who has signed."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.enrolment.codes import EnrolmentCode
from bridge.espocrm.profiles import AuthorizationType, Profile
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.sessions.credential import credential_of
from bridge.sessions.errors import ProfileUnusable
from bridge.sessions.logins import Logins
from bridge.sessions.sessions import Sessions
from bridge.signing_requests.requests import SigningRequests


@dataclass(frozen=True, slots=True)
class SubjectCalls:
    """Gives KSeF's calls with an access token of the profile's own session.

    Or of the session of a signing request, for which the profile needs no credential.
    """

    logins: Logins
    sessions: Sessions
    signing_requests: SigningRequests

    def profile(self, profile_id: str) -> Profile:
        """A profile that can log in. Raises ProfileNotFound, ProfileUnusable, TryLater."""
        profile = self.logins.profile(profile_id)
        credential_of(profile)
        return profile

    def signing_profile(self, profile_id: str) -> Profile:
        """A profile that logs in by signature, as requesting and revoking needs.

        Raises as `profile`, and ProfileUnusable("needs-signature-login").
        """
        profile = self.logins.profile(profile_id)
        if profile.is_active and profile.authorization_type is AuthorizationType.TOKEN:
            raise ProfileUnusable(EnrolmentCode.NEEDS_SIGNATURE_LOGIN)
        credential_of(profile)
        return profile

    def requesting_profile(self, profile_id: str, signing_request_id: str | None) -> Profile:
        """A profile for which a certificate may be requested. Raises as `signing_profile`."""
        if signing_request_id is None:
            return self.signing_profile(profile_id)
        return self.logins.profile(profile_id)

    def of(
        self,
        profile: Profile,
        *,
        signing_request_id: str | None = None,
        with_new_token: bool = False,
    ) -> KsefCertificates:
        """The calls of the profile's session, which is made if need be, or of the other one.

        Not to be called in KSeF's own threads, in which the login runs. Raises as
        `Sessions.access_token`, or as `SigningRequests.access_token`.
        """
        client = self.logins.ksef.client(profile.environment)
        if signing_request_id is None:
            given = self.sessions.access_token(profile.id, force_refresh=with_new_token)
            return KsefCertificates(client, given.token, profile.context)
        token = self.signing_requests.access_token(
            profile.id, signing_request_id, with_new_token=with_new_token
        )
        return KsefCertificates(client, token, profile.context)
