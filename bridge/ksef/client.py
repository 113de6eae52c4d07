"""The operations of the KSeF API that a login needs.

Each method is one call, or one call per page, and raises KsefError; a call that may be repeated is,
when KSeF does not answer it. Sources: OpenAPI, sections "Uzyskiwanie dostępu", "Aktywne sesje",
"Tokeny KSeF", "Certyfikaty klucza publicznego", and "Wyszukiwanie nadanych uprawnień".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from bridge.credentials.context import ContextIdentifier
from bridge.credentials.secret import Secret
from bridge.ksef.certificates import CertificateListItem, listed_page
from bridge.ksef.contract import (
    AuthenticationInit,
    AuthenticationSession,
    AuthenticationStatus,
    AuthenticationTokens,
    Challenge,
    KsefTokenState,
    PersonalGrants,
    PersonalPermission,
    PublicKeyCertificate,
    TokenInfo,
)
from bridge.ksef.errors import AuthenticationFailed, KsefAnswerUnreadable, Operation
from bridge.ksef.json_object import ContractBroken, JsonObject, objects_in
from bridge.ksef.operations import (
    AUTHENTICATION_STATUS,
    CHALLENGE,
    KSEF_TOKEN,
    PERSONAL_GRANTS,
    PUBLIC_KEY_CERTIFICATES,
    QUERY_CERTIFICATES,
    REDEEM,
    REFRESH,
    REVOKE_CURRENT_SESSION,
    REVOKE_SESSION,
    SESSIONS,
    SUBMIT_KSEF_TOKEN,
    SUBMIT_XADES,
)
from bridge.ksef.repetition import Repetition
from bridge.ksef.transport import Answer, Request, Transport

_PAGE_SIZE = 100
_MOST_PAGES = 50
_XML = {"Content-Type": "application/xml"}

Value = TypeVar("Value")


class KsefClient:
    """The calls to one environment's KSeF; threads may share it.

    `sleep` pauses between attempts. A call to revoke whose first answer was lost may end with a
    refusal, since what it revokes is gone already.
    """

    def __init__(
        self, transport: Transport, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._transport = transport
        self._repetition = Repetition(sleep)

    def check(self, operation: Operation) -> None:
        """Raise KsefRateLimited while KSeF asks for no calls of `operation`; nothing is sent."""
        self._transport.check(operation)

    def queue(self, operation: Operation) -> float:
        """The seconds that a call of `operation` would have to wait for its turn."""
        return self._transport.queue(operation)

    def challenge(self) -> Challenge:
        """A new challenge, which lives ten minutes."""
        return self.read(Request(CHALLENGE), Challenge.from_json)

    def submit_ksef_token(
        self,
        challenge: str,
        context: ContextIdentifier,
        encrypted_token: str,
        public_key_id: str | None,
        allowed_ip4_addresses: tuple[str, ...] = (),
    ) -> AuthenticationInit:
        """Start a login by token; `encrypted_token` is made by `authentication`.

        The session's access tokens then serve requests from `allowed_ip4_addresses` alone, if any.
        """
        body: dict[str, object] = {
            "challenge": challenge,
            "contextIdentifier": {"type": context.type.value, "value": context.value},
            "encryptedToken": encrypted_token,
        }
        if public_key_id is not None:
            body["publicKeyId"] = public_key_id
        if allowed_ip4_addresses:
            addresses = list(allowed_ip4_addresses)
            body["authorizationPolicy"] = {"allowedIps": {"ip4Addresses": addresses}}
        return self.read(Request(SUBMIT_KSEF_TOKEN).with_json(body), AuthenticationInit.from_json)

    def submit_xades(self, document: bytes) -> AuthenticationInit:
        """Start a login by a signed AuthTokenRequest, sent byte for byte."""
        request = Request(SUBMIT_XADES, headers=_XML, body=document)
        return self.read(request, AuthenticationInit.from_json)

    def authentication_status(
        self, reference_number: str, authentication_token: Secret
    ) -> AuthenticationStatus:
        """How a login stands: in progress or successful. Raises AuthenticationFailed else."""
        request = _about(AUTHENTICATION_STATUS, reference_number, authentication_token)
        authentication = self.read(request, AuthenticationStatus.from_json)
        if not (authentication.is_in_progress or authentication.is_success):
            raise AuthenticationFailed(AUTHENTICATION_STATUS, authentication.status)
        return authentication

    def redeem(self, authentication_token: Secret) -> AuthenticationTokens:
        """The login's tokens; KSeF hands them out once."""
        answer = self.send(Request(REDEEM, bearer=authentication_token))
        tokens = _read(answer, AuthenticationTokens.from_json)
        access_token = replace(tokens.access_token, given_at=answer.given_at)
        return replace(tokens, access_token=access_token)

    def refresh(self, refresh_token: Secret) -> TokenInfo:
        """A new access token; the refresh token stays as it is."""
        answer = self.send(Request(REFRESH, bearer=refresh_token))
        token = _read(answer, lambda body: TokenInfo.from_json(body.object("accessToken")))
        return replace(token, given_at=answer.given_at)

    def sessions(self, access_token: Secret) -> Iterator[AuthenticationSession]:
        """The context's live sessions, latest first, read page by page as they are asked for."""
        headers: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            request = Request(
                SESSIONS, query={"pageSize": _PAGE_SIZE}, headers=headers, bearer=access_token
            )
            items, continuation_token = self.read(request, _session_page)
            yield from items
            if not continuation_token:
                return
            headers = {"x-continuation-token": continuation_token.reveal_text()}
        raise KsefAnswerUnreadable(SESSIONS, "endless pages", None)

    def revoke_session(self, reference_number: str, access_token: Secret) -> None:
        """End the session: its refresh token dies, its access tokens live on to their end."""
        self.send(_about(REVOKE_SESSION, reference_number, access_token))

    def revoke_current_session(self, token: Secret) -> None:
        """End the session that `token`, its access or refresh token, belongs to."""
        self.send(Request(REVOKE_CURRENT_SESSION, bearer=token))

    def public_key_certificates(self) -> tuple[PublicKeyCertificate, ...]:
        """The keys to encrypt with, of every usage, also those not valid yet."""
        answer = self.send(Request(PUBLIC_KEY_CERTIFICATES))
        return _parsed(
            answer,
            lambda body: tuple(PublicKeyCertificate.from_json(each) for each in objects_in(body)),
        )

    def ksef_token(self, reference_number: str, access_token: Secret) -> KsefTokenState:
        """The state of a KSeF token; a session made by a token may always ask about that one."""
        request = _about(KSEF_TOKEN, reference_number, access_token)
        return self.read(request, KsefTokenState.from_json)

    def certificate(self, serial_number: str, access_token: Secret) -> CertificateListItem | None:
        """The subject's certificate of that number as KSeF lists it, None when it does not."""
        request = Request(QUERY_CERTIFICATES, bearer=access_token)
        listed, _ = self.read(
            request.with_json({"certificateSerialNumber": serial_number}), listed_page
        )
        return next((each for each in listed if each.serial_number == serial_number), None)

    def personal_grants(self, access_token: Secret) -> PersonalGrants:
        """The rights of the subject that is logged in, in the session's context."""
        permissions: list[PersonalPermission] = []
        owner_permissions: tuple[str, ...] = ()
        for page in range(_MOST_PAGES):
            query = {"pageOffset": page, "pageSize": _PAGE_SIZE}
            request = Request(PERSONAL_GRANTS, query=query, bearer=access_token)
            grants, has_more = self.read(request.with_json({}), _grants_page)
            permissions += grants.permissions
            owner_permissions = owner_permissions or grants.owner_permissions
            if not has_more:
                return PersonalGrants(tuple(permissions), owner_permissions)
        raise KsefAnswerUnreadable(PERSONAL_GRANTS, "endless pages", None)

    def read(self, request: Request, read: Callable[[JsonObject], Value]) -> Value:
        """What `read` makes of the answer to a request."""
        return _read(self.send(request), read)

    def send(self, request: Request) -> Answer:
        """The answer to a request, which is repeated where it may be."""
        return self._repetition.send(self._transport, request)


def _read(answer: Answer, read: Callable[[JsonObject], Value]) -> Value:
    return _parsed(answer, lambda body: read(JsonObject.of(body)))


def _parsed(answer: Answer, read: Callable[[object], Value]) -> Value:
    try:
        return read(answer.json())
    except ContractBroken as broken:
        raise KsefAnswerUnreadable(answer.operation, broken.field, answer.http_status) from None


def _about(operation: Operation, reference_number: str, bearer: Secret) -> Request:
    return Request(operation, path_values={"referenceNumber": reference_number}, bearer=bearer)


def _session_page(body: JsonObject) -> tuple[tuple[AuthenticationSession, ...], Secret | None]:
    items = tuple(AuthenticationSession.from_json(item) for item in body.objects("items"))
    if not body.optional_text("continuationToken"):
        return items, None
    return items, body.bearer_token("continuationToken")


def _grants_page(body: JsonObject) -> tuple[PersonalGrants, bool]:
    grants = PersonalGrants(
        permissions=tuple(
            PersonalPermission.from_json(each) for each in body.objects("permissions")
        ),
        owner_permissions=body.texts("ownerPermissions"),
    )
    return grants, body.optional_boolean("hasMore") or False
