"""Renders the model into EspoCRM's JSON.

The templates' folder is the folder Resources of the module. ENTITY in a path stands for each
entity, LOCALE for each language. In a template every `{{ … }}` writes JSON; a comma before a
closing bracket is allowed there, as loops leave one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, Undefined
from markupsafe import Markup

from espo_extension.build.failure import BuildFailed
from espo_extension.build.sources import parse_json
from espo_extension.model.entity import Entity
from espo_extension.model.extension import MODULE, Extension
from espo_extension.model.text import LOCALES

TEMPLATES = Path("espo_extension/templates")
RESOURCES = f"files/custom/Espo/Modules/{MODULE}/Resources"
SUFFIX = ".jinja"
SHARED = "_"
"""Templates whose name begins so are parts of others."""

_STRING_OR_SPARE_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])')


def render(extension: Extension, root: Path) -> dict[str, Any]:
    """Every rendered file by its path in the package, as JSON values. Raises BuildFailed."""
    templates = jinja_environment(root / TEMPLATES)
    rendered = {}
    for name in templates.list_templates(extensions=[SUFFIX.removeprefix(".")]):
        if Path(name).name.startswith(SHARED):
            continue
        for path, variables in occasions(name.removesuffix(SUFFIX), extension):
            rendered[f"{RESOURCES}/{path}"] = render_one(templates, name, path, variables)
    return rendered


def jinja_environment(folder: Path) -> Environment:
    """Templates that write JSON; what a macro gives back is JSON already."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        finalize=as_json,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["php_class"] = lambda name: f"Espo\\Modules\\{MODULE}\\{name}"
    environment.filters["view"] = lambda name: f"modules/{MODULE.lower()}/views/{name}"
    environment.filters["handler"] = lambda name: f"modules/{MODULE.lower()}/handlers/{name}"
    return environment


def as_json(value: object) -> Markup | Undefined:
    """What an expression of a template writes."""
    if isinstance(value, (Markup, Undefined)):
        return value
    return Markup(json.dumps(value, ensure_ascii=False))  # noqa: S704 – JSON, not HTML


def occasions(path: str, extension: Extension) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The paths for which a template is rendered, with the variables of each."""
    entities: tuple[Entity | None, ...] = extension.entities if "ENTITY" in path else (None,)
    languages = LOCALES.items() if "LOCALE" in path else [(None, None)]
    for entity in entities:
        for language, locale in languages:
            yield (
                path.replace("ENTITY", entity.name if entity else "").replace(
                    "LOCALE", locale or ""
                ),
                {
                    "extension": extension,
                    "module": MODULE,
                    "entity": entity,
                    "language": language,
                },
            )


def render_one(templates: Environment, name: str, path: str, variables: Mapping[str, Any]) -> Any:
    """One file as a JSON value. Raises BuildFailed."""
    try:
        source = templates.get_template(name).render(variables)
    except (TemplateError, TypeError) as error:
        raise BuildFailed(f"templates/{name} cannot be rendered as {path}: {error}") from None
    return parse_json(_STRING_OR_SPARE_COMMA.sub(lambda found: found[1] or "", source), path)


def printed(value: Any) -> bytes:
    """A JSON value as it stands in the package."""
    return (json.dumps(value, ensure_ascii=False, indent=4) + "\n").encode()
