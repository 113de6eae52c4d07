"""The HTTP contract of design.md, by real HTTP to a real bridge."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, new_nip, run_command
from tests.processes import RunningCommand, call
from tests.secret_register import register_secret

PRINTED_EXAMPLE = (
    "20270115-EC-7FA3B1D200-AB12345F6A-01|nip-987654321|"
    "a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef0"
)
VIEWS: list[tuple[str, str, dict[str, object] | None]] = [
    ("GET", "/readyz", None),
    ("GET", "/v1/info", None),
    ("POST", "/v1/tokens/inspect", {"token": "x", "environment": "Test"}),
    ("POST", "/v1/certificates/inspect", {"files": []}),
    ("POST", "/v1/certificates/sort", {"files": []}),
    ("POST", "/v1/seals/renew", {"sealed": "x"}),
    ("GET", "/v1/companies/5265877636", None),
    ("POST", "/v1/profiles/nobody/access-token", {}),
    ("POST", "/v1/profiles/nobody/verification-links", {"offline": False}),
]


@pytest.fixture(scope="module")
def bridge(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-contract", simulator)
    with installation.running():
        yield installation


def scoped_key(bridge: Installation, *scopes: str) -> str:
    options = [word for scope in scopes for word in ("--scope", scope)]
    key = run_command("keys", "new-api", *options, environment=bridge.environment)
    return register_secret(key)


def port_of(bridge: Installation) -> int:
    assert bridge.bridge is not None
    return bridge.bridge.port


def test_health_and_description_are_open_and_the_rest_is_not(bridge: Installation) -> None:
    port = port_of(bridge)
    assert call(port, "GET", "/healthz").status == 200
    description = call(port, "GET", "/openapi.json")
    assert description.status == 200
    assert description.json["openapi"].startswith("3.1")
    for method, path, body in VIEWS:
        refused = call(port, method, path, json_body=body)
        assert refused.status == 401, path
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.headers["content-type"].startswith("application/problem+json")
        wrong = {"Authorization": "Bearer ksefbridge_00000000_wrong"}
        assert call(port, method, path, json_body=body, headers=wrong).status == 401


def test_the_description_tells_what_refuses_a_key(bridge: Installation) -> None:
    paths = call(port_of(bridge), "GET", "/openapi.json").json["paths"]
    for path, item in paths.items():
        for operation in item.values():
            refusals = {"401", "403", "429"} & set(operation["responses"])
            assert bool(refusals) == ("security" in operation), path
    refused = paths["/v1/profiles/{profile_id}/access-token"]["post"]["responses"]["429"]
    assert refused["content"].keys() == {"application/problem+json"}
    assert "Retry-After" in refused["headers"]
    assert paths["/v1/info"]["get"]["responses"].keys() >= {"200", "401", "403", "429"}


def test_every_view_is_described(bridge: Installation) -> None:
    paths = call(port_of(bridge), "GET", "/openapi.json").json["paths"]
    assert {
        "/healthz",
        "/v1/info",
        "/v1/tokens/inspect",
        "/v1/certificates/inspect",
        "/v1/certificates/sort",
        "/v1/seals/renew",
        "/v1/companies/{nip}",
        "/v1/profiles/{profile_id}/access-token",
        "/v1/profiles/{profile_id}/verification-links",
    } <= set(paths)


def test_every_call_with_a_key_may_say_from_which_espocrm_it_comes(bridge: Installation) -> None:
    description = call(port_of(bridge), "GET", "/openapi.json").json
    reference = {"$ref": "#/components/parameters/EspoCrmSite"}
    parameter = description["components"]["parameters"]["EspoCrmSite"]
    assert (parameter["name"], parameter["in"]) == ("X-EspoCRM-Site", "header")
    operations = [each for item in description["paths"].values() for each in item.values()]
    assert any("security" in each for each in operations)
    for each in operations:
        assert (reference in each.get("parameters", [])) == ("security" in each)


def test_info_names_version_and_contract(bridge: Installation) -> None:
    manifest = json.loads((Path(__file__).parents[2] / "manifest.json").read_text())
    info = bridge.call("GET", "/v1/info").json
    assert info == {
        "version": manifest["version"],
        "contract": 1,
        "tokensValidUntil": "2026-12-31",
        "tokensAnnouncedUntil": "2027-11-30",
        "tokensAnnouncedOn": "2026-09-10",
    }


def test_a_key_without_the_scope_is_refused(artifacts: Path, simulator: RunningCommand) -> None:
    installation = Installation.create(artifacts / "installation-scopes", simulator)
    keys = {scope: scoped_key(installation, scope) for scope in ("token", "inspect", "administer")}
    needed = {
        "/v1/tokens/inspect": "inspect",
        "/v1/certificates/inspect": "inspect",
        "/v1/certificates/sort": "inspect",
        "/v1/seals/renew": "administer",
        "/v1/companies/5265877636": "inspect",
        "/v1/profiles/nobody/access-token": "token",
        "/v1/profiles/nobody/verification-links": "token",
    }
    with installation.running() as running:
        for method, path, body in VIEWS[2:]:
            for scope, key in keys.items():
                headers = {"Authorization": f"Bearer {key}"}
                answer = running.call(method, path, json_body=body, headers=headers)
                assert (answer.status == 403) == (scope != needed[path]), (path, scope)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{not json", "application/json", 400, "request-malformed"),
        (b'"a string"', "application/json", 400, "request-malformed"),
        (b"\xff\xfe", "application/json", 400, "request-malformed"),
        (b"[" * 5000, "application/json", 400, "request-malformed"),
        (b"token=x", "application/x-www-form-urlencoded", 415, "request-not-json"),
        (b"{}", "application/json", 422, "request-invalid"),
        (b'{"token": 1, "environment": "Test"}', "application/json", 422, "request-invalid"),
        (b'{"token": "x", "environment": "Prod"}', "application/json", 422, "request-invalid"),
        (
            b'{"token": "x", "environment": "Test", "nipp": "1"}',
            "application/json",
            422,
            "request-invalid",
        ),
        (b" " * (1024 * 1024 + 1), "application/json", 413, "request-too-large"),
    ],
)
def test_a_body_that_does_not_fit_is_told_in_both_languages(
    bridge: Installation, body: bytes, content_type: str, status: int, code: str
) -> None:
    texts = set()
    for language in ("pl-PL,pl;q=0.9", "de"):
        answer = call(
            port_of(bridge),
            "POST",
            "/v1/tokens/inspect",
            body=body,
            headers={
                "Authorization": f"Bearer {bridge.api_key}",
                "Content-Type": content_type,
                "Accept-Language": language,
            },
        )
        assert (answer.status, answer.json["code"]) == (status, code)
        texts.add(answer.json["detail"])
    assert len(texts) == 2


def test_a_chunked_body_over_the_limit_is_too_large(bridge: Installation) -> None:
    chunks = (b" " * 65536 for _ in range(20))
    connection = http.client.HTTPConnection("127.0.0.1", port_of(bridge), timeout=30)
    headers = {"Authorization": f"Bearer {bridge.api_key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/tokens/inspect", chunks, headers, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (413, "request-too-large")
    connection.close()


def test_a_rejected_request_does_not_quote_what_was_sent(bridge: Installation) -> None:
    secret = register_secret("a password in the wrong field")
    body = {"token": {"oops": secret}, "environment": secret}
    answer = bridge.call("POST", "/v1/tokens/inspect", body)
    assert answer.status == 422
    assert secret.encode() not in answer.body


def test_unknown_addresses_and_methods_are_problems_too(bridge: Installation) -> None:
    assert bridge.call("GET", "/v1/nothing").json["code"] == "resource-not-found"
    assert bridge.call("GET", "/v1/tokens/inspect").json["code"] == "method-not-allowed"


def test_the_token_printed_in_the_guide_gets_one_error_and_one_warning(
    bridge: Installation,
) -> None:
    body = {"token": PRINTED_EXAMPLE, "environment": "Production", "nip": "5265877635"}
    answer = bridge.call("POST", "/v1/tokens/inspect", body)
    assert answer.status == 200
    assert answer.json["sealed"] is None
    undated = [
        each
        for each in answer.json["findings"]
        if each["code"]
        not in {"token-date-in-future", "token-validity-ends", "token-validity-ended"}
    ]
    assert sorted(each["severity"] for each in undated) == ["error", "warning"]
    error, warning = sorted(undated, key=lambda each: str(each["severity"]))
    assert {9, 10} <= set(error["params"].values())
    assert {"01", "9E"} <= set(warning["params"].values())


def test_a_good_token_is_sealed_and_its_facts_are_told(bridge: Installation) -> None:
    nip = new_nip()
    token = bridge.new_ksef_token(nip)
    inspection = bridge.inspect_token(f"\ufeff {token[:30]}\r\n{token[30:]} \n", nip=nip)
    assert all(each["severity"] != "error" for each in inspection["findings"])
    assert inspection["facts"]["referenceNumber"] == token.split("|")[0]
    assert inspection["facts"]["contextType"] == "Nip"
    assert inspection["facts"]["contextValue"] == nip
    assert inspection["sealed"].startswith("ksef1.")


def test_findings_are_in_the_language_asked_for(bridge: Installation) -> None:
    body = {"token": "a" * 64, "environment": "Test"}
    polish = bridge.call("POST", "/v1/tokens/inspect", body, **{"Accept-Language": "pl"}).json
    english = bridge.call("POST", "/v1/tokens/inspect", body, **{"Accept-Language": "fr"}).json
    assert [each["code"] for each in polish["findings"]] == [
        each["code"] for each in english["findings"]
    ]
    assert "KSeF 1.0" in english["findings"][0]["message"]
    assert polish["findings"][0]["message"] != english["findings"][0]["message"]


def test_what_is_not_a_certificate_is_an_answer_not_a_failure(bridge: Installation) -> None:
    content = base64.b64encode(b"<html>not a certificate</html>").decode()
    body = {"files": [{"name": "page.crt", "content": content}]}
    answer = bridge.call("POST", "/v1/certificates/inspect", body)
    assert answer.status == 200
    assert answer.json["privateKeySealed"] is None
    assert any(each["severity"] == "error" for each in answer.json["findings"])


def test_content_that_is_not_base64_does_not_fit_the_contract(bridge: Installation) -> None:
    body = {"files": [{"name": "a.crt", "content": "%%%"}]}
    assert bridge.call("POST", "/v1/certificates/inspect", body).status == 422


def test_a_seal_is_renewed_under_the_primary_key(
    artifacts: Path, simulator: RunningCommand
) -> None:
    installation = Installation.create(artifacts / "installation-renewal", simulator)
    nip = new_nip()
    with installation.running():
        sealed = installation.inspect_token(installation.new_ksef_token(nip))["sealed"]
        unchanged = installation.call("POST", "/v1/seals/renew", {"sealed": sealed}).json
        assert unchanged == {
            "sealed": sealed,
            "keyId": sealed.split(".")[1],
            "changed": False,
        }
    new_id = run_command("keys", "new-master", environment=installation.environment)
    with installation.running():
        renewed = installation.call("POST", "/v1/seals/renew", {"sealed": sealed}).json
        assert (renewed["keyId"], renewed["changed"]) == (new_id, True)
        installation.add_profile(
            "p1", nip, authorization_type="Token", token_sealed=renewed["sealed"]
        )
        assert installation.access_token("p1").status == 200
        broken = installation.call("POST", "/v1/seals/renew", {"sealed": sealed[:-4]})
        assert (broken.status, broken.json["code"]) == (409, "seal-unusable")


def test_a_request_id_is_kept_or_made(bridge: Installation) -> None:
    given = bridge.call("GET", "/v1/info", **{"X-Request-Id": "espo-123"})
    assert given.headers["x-request-id"] == "espo-123"
    made = bridge.call("GET", "/v1/info", **{"X-Request-Id": "bad id\twith spaces"})
    assert made.headers["x-request-id"] not in ("", "bad id\twith spaces")


def test_what_problems_hold_is_described(bridge: Installation) -> None:
    port = port_of(bridge)
    described = call(port, "GET", "/openapi.json").json["components"]["schemas"]["ProblemDetails"]
    invalid = bridge.call("POST", "/v1/tokens/inspect", {"token": 1})
    assert invalid.status == 422
    nip = new_nip()
    bridge.add_token_profile(
        "refused", nip, f"20270115-EC-7FA3B1D200-AB12345F6A-01|nip-{nip}|{'0' * 64}"
    )
    refused = bridge.access_token("refused")
    assert refused.status == 502
    assert {*invalid.json, *refused.json} <= described["properties"].keys()
    assert {"errors", "ksefCode"} <= {*invalid.json, *refused.json}
