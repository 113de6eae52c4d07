"""The catalogue says everything in both languages, and nothing that is never said."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import bridge
from bridge.companies.codes import CompanyCode
from bridge.credentials.codes import CertificateCode, TokenCode
from bridge.enrolment.codes import EnrolmentCode
from bridge.keys.codes import KeyFileCode
from bridge.messages import Catalogue, CodeUnknown, Language, ParameterMissing, language_of
from bridge.offline.codes import OfflineCode
from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signing_requests.codes import SigningRequestCode

PACKAGE = Path(bridge.__file__).parent
FILES = sorted((PACKAGE / "messages" / "catalogue").glob("*.json"))
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
PLACEHOLDER = re.compile(r"\{\w+\}")


@cache
def modules() -> dict[Path, ast.Module]:
    """The bridge's own modules; the simulator is the other side of the wire."""
    return {
        path: ast.parse(path.read_text("utf-8"))
        for path in PACKAGE.rglob("*.py")
        if "simulator" not in path.relative_to(PACKAGE).parts
    }


def raised_codes() -> Iterator[str]:
    """Every code that the bridge's source can say: see the four ways below."""
    exceptions = exception_names()
    for tree in modules().values():
        for node in ast.walk(tree):
            match node:
                # class TokenCode(StrEnum): EMPTY = "token-empty"
                case ast.ClassDef(name=name, body=body) if name.endswith("Code"):
                    yield from assigned(body)
                # class SealMalformed(SealError): code = "seal-malformed"
                case ast.ClassDef(body=body):
                    yield from assigned(body, only="code")
                # raise TryLater("login-in-progress"), Problem(409, "seal-unusable")
                case ast.Call(func=ast.Name(id=name), args=args) if name in exceptions:
                    yield from (
                        str(each.value)
                        for each in args
                        if isinstance(each, ast.Constant) and is_code(each.value)
                    )
                # _CODES = {404: "resource-not-found"}
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(values=values)) if (
                    name.endswith("_CODES")
                ):
                    yield from (
                        str(each.value)
                        for each in values
                        if isinstance(each, ast.Constant) and is_code(each.value)
                    )


def exception_names() -> set[str]:
    """The bridge's exceptions and what is said in a finding."""
    bases: dict[str, set[str]] = {}
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {each.id for each in node.bases if isinstance(each, ast.Name)}
    known = {"Exception", "Finding"}
    while new := {name for name, parents in bases.items() if parents & known} - known:
        known |= new
    return known


def assigned(body: list[ast.stmt], only: str | None = None) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if (
                is_code(value) and only in (None, name)
            ):
                yield str(value)


def is_code(value: object) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def test_the_search_finds_codes_in_each_way_they_are_declared() -> None:
    found = set(raised_codes())
    assert {"token-empty", "seal-tampered", "login-in-progress", "resource-not-found"} <= found


def test_every_code_has_a_text() -> None:
    assert set(raised_codes()) - Catalogue.load().codes() == set()


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        ("token.json", TokenCode),
        ("certificate.json", CertificateCode),
        ("offline.json", OfflineCode),
        ("enrolment.json", EnrolmentCode),
        ("companies.json", CompanyCode),
        ("signed_documents.json", SignedDocumentCode),
        ("signing_requests.json", SigningRequestCode),
        ("key_files.json", KeyFileCode),
    ],
)
def test_no_text_is_left_over(
    file: str,
    declared: type[
        TokenCode
        | CertificateCode
        | OfflineCode
        | EnrolmentCode
        | CompanyCode
        | SignedDocumentCode
        | SigningRequestCode
        | KeyFileCode
    ],
) -> None:
    texts = json.loads((PACKAGE / "messages" / "catalogue" / file).read_text("utf-8"))
    assert set(texts) == set(declared)
    assert set(declared.__members__) == set(used_members(declared.__name__))


def used_members(enumeration: str) -> Iterator[str]:
    for path, tree in modules().items():
        if path.name == "codes.py":
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=member) if name == enumeration:
                    yield member


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_every_text_is_in_both_languages_and_says_the_same(file: Path) -> None:
    texts = json.loads(file.read_text("utf-8"))
    assert texts
    for code, text in texts.items():
        assert CODE.fullmatch(code), code
        assert set(text) == {"en", "pl"}, code
        assert text["en"] != text["pl"], code
        placeholders = {language: set(PLACEHOLDER.findall(text[language])) for language in text}
        assert placeholders["en"] == placeholders["pl"], code
        for each in text.values():
            assert each == each.strip(), code
            assert not set("{}") & set(PLACEHOLDER.sub("", each)), code


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_text_is_filled_in(language: Language) -> None:
    text = Catalogue.load().text("token-nip-length", language, {"found": 9, "expected": 10})
    assert "9" in text
    assert "10" in text
    assert "{" not in text


def test_a_value_is_not_taken_for_a_placeholder() -> None:
    texts = Catalogue({"a-b": {"pl": "{one} i {two}.", "en": "{one} and {two}."}})
    assert texts.text("a-b", "en", {"one": "{two}", "two": "{0.__class__}"}) == (
        "{two} and {0.__class__}."
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Kowalski S.A.", "Ask Kowalski S.A."),
        (".", "Ask ."),
        ("why?", "Ask why?"),
        ("Yahoo!", "Ask Yahoo!"),
        ("and so on…", "Ask and so on…"),
        ("Kowalski", "Ask Kowalski."),
        ("1.5", "Ask 1.5."),
    ],
)
def test_a_sentence_that_ends_with_a_value_ends_once(value: str, said: str) -> None:
    marked = "{who}. **{who}.** **{who}**. {who}..."
    texts = Catalogue({"a-b": {"pl": marked, "en": "Ask {who}."}})
    assert texts.text("a-b", "en", {"who": value}) == said
    dotted = texts.text("a-b", "pl", {"who": "S.A."})
    assert dotted == "S.A. **S.A.** **S.A.** S.A...."


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(ParameterMissing, match="expected"):
        Catalogue.load().text("token-nip-length", "pl", {"found": 9})


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(CodeUnknown, match="no-such-code"):
        Catalogue.load().text("no-such-code", "pl", {})


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("pl", "pl"),
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("PL", "pl"),
        (" pl", "pl"),
        ("en-US,pl;q=0.9", "en"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_language_of_a_request(header: str | None, language: str) -> None:
    assert language_of(header) == language
