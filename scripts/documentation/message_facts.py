"""What the bridge's source says of each code: how grave it is, and with what it is answered."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bridge.api.problems import STATUSES
from bridge.ksef.meanings import EXCEPTIONS
from bridge.ksef.meanings import STATUSES as KSEF_STATUSES

_HTTP = {error.__name__: status for error, status in STATUSES.items()}
_GRAVITY = {
    "ok": "ok",
    "warning": "warning",
    "failed": "failed",
    "_error": "error",
    "_warning": "warning",
}


@dataclass(slots=True)
class Facts:
    """Of one code: severities of findings or results of the doctor, HTTP statuses, KSeF's codes."""

    severities: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    ksef_codes: set[int] = field(default_factory=set)


def read_facts(package: Path, codes: frozenset[str]) -> Mapping[str, Facts]:
    """The facts by code, from the modules of the bridge in `package`; none where nothing tells."""
    modules = [
        ast.parse(path.read_text("utf-8"))
        for path in package.rglob("*.py")
        if "simulator" not in path.relative_to(package).parts
    ]
    named = {name: code for module in modules for name, code in _enumerated(module)}
    facts: defaultdict[str, Facts] = defaultdict(Facts)
    for answer in (*KSEF_STATUSES, *EXCEPTIONS):
        facts[answer.meaning.code].ksef_codes.add(answer.ksef_code)
    for module in modules:
        for node in ast.walk(module):
            parts = list(_parts(node))
            for code in {named.get(_name(each), _text(each)) for each in parts} & codes:
                _add(facts[code], node, parts)
    return facts


def _enumerated(module: ast.Module) -> Iterator[tuple[str, str]]:
    """`TokenCode.EMPTY` and its code, of each enumeration of codes."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Code"):
            for statement in node.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=code)):
                        yield f"{node.name}.{name}", str(code)


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    """What stands side by side in a call, a tuple, or the body of an exception's class."""
    match node:
        case ast.Call(args=arguments, keywords=keywords):
            yield from arguments
            yield from (each.value for each in keywords)
        case ast.Tuple(elts=elements):
            yield from elements
        case ast.ClassDef(body=statements):
            yield from (each.value for each in statements if isinstance(each, ast.Assign))


def _add(facts: Facts, node: ast.AST, parts: list[ast.expr]) -> None:
    for part in parts:
        owner, _, member = _name(part).partition(".")
        if owner == "Severity":
            facts.severities.add(member.lower())
    match node:
        case ast.Call(func=ast.Name(id="Problem"), args=[ast.Constant(value=int(status)), *_]):
            facts.statuses.add(status)
        case ast.Call(func=ast.Name(id=name)) if name in _GRAVITY:
            facts.severities.add(_GRAVITY[name])
        case ast.Call(func=ast.Name(id=name)) if name in _HTTP:
            facts.statuses.add(_HTTP[name])
        case ast.ClassDef(bases=[ast.Name(id=name)]) if name in _HTTP:
            facts.statuses.add(_HTTP[name])


def _name(node: ast.expr) -> str:
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=member):
            return f"{owner}.{member}"
    return ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
