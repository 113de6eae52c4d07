"""The operations of the KSeF API that the bridge calls, and what holds for each of them.

Sources: OpenAPI, paths and `x-rate-limits`; limity-api.md.
"""

from __future__ import annotations

from bridge.ksef.errors import Operation

CHALLENGE = Operation("POST", "/auth/challenge")
SUBMIT_KSEF_TOKEN = Operation("POST", "/auth/ksef-token")
SUBMIT_XADES = Operation("POST", "/auth/xades-signature")
AUTHENTICATION_STATUS = Operation("GET", "/auth/{referenceNumber}")
REDEEM = Operation("POST", "/auth/token/redeem")
REFRESH = Operation("POST", "/auth/token/refresh")
SESSIONS = Operation("GET", "/auth/sessions")
REVOKE_SESSION = Operation("DELETE", "/auth/sessions/{referenceNumber}")
REVOKE_CURRENT_SESSION = Operation("DELETE", "/auth/sessions/current")
PUBLIC_KEY_CERTIFICATES = Operation("GET", "/security/public-key-certificates")
KSEF_TOKEN = Operation("GET", "/tokens/{referenceNumber}")
PERSONAL_GRANTS = Operation("POST", "/permissions/query/personal/grants")
QUERY_CERTIFICATES = Operation("POST", "/certificates/query")
CERTIFICATE_LIMITS = Operation("GET", "/certificates/limits")
ENROLMENT_DATA = Operation("GET", "/certificates/enrollments/data")
ENROL = Operation("POST", "/certificates/enrollments")
ENROLMENT_STATUS = Operation("GET", "/certificates/enrollments/{referenceNumber}")
RETRIEVE_CERTIFICATES = Operation("POST", "/certificates/retrieve")
REVOKE_CERTIFICATE = Operation("POST", "/certificates/{certificateSerialNumber}/revoke")

SIXTY_A_SECOND = frozenset(
    {
        CHALLENGE,
        SUBMIT_KSEF_TOKEN,
        SUBMIT_XADES,
        AUTHENTICATION_STATUS,
        REDEEM,
        REFRESH,
        PUBLIC_KEY_CERTIFICATES,
    }
)
"""Limited to 60 calls a second for each of them and each client address, whatever the context.

All others are of the group `other`, which is counted by context besides: 10 a second, 30 a minute,
120 an hour.
"""

REPEATABLE = frozenset(
    {
        CHALLENGE,
        AUTHENTICATION_STATUS,
        REFRESH,
        SESSIONS,
        REVOKE_SESSION,
        REVOKE_CURRENT_SESSION,
        PUBLIC_KEY_CERTIFICATES,
        KSEF_TOKEN,
        PERSONAL_GRANTS,
        QUERY_CERTIFICATES,
        CERTIFICATE_LIMITS,
        ENROLMENT_DATA,
        ENROLMENT_STATUS,
        RETRIEVE_CERTIFICATES,
        REVOKE_CERTIFICATE,
    }
)
"""What does no harm when KSeF carries it out twice because the first answer was lost.

A second challenge is a challenge more, and the refresh token is not rotated. What is not here KSeF
does once (redeem) or counts as another login (the submissions) or another certificate (enrolling).
"""
