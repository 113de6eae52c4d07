"""Every way in which EspoCRM gives, changes or repeats a record, as calls of its REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Call = tuple[str, str, object]
_RECORD = {"parentType": "{entity}", "parentId": "{id}"}
_PARAMETERS = {"ids": ["{id}"]}
_FORMULA = "output\\printLine(record\\attribute('{entity}', '{id}', 'name'))"
_WHERE = "where[0][type]=equals&where[0][attribute]=id&where[0][value]={id}"

# `{entity}` and `{id}` are the record's, `{other}` one of our other entity, `{link}` leads there.
KINDS: Mapping[str, tuple[Call, ...]] = {
    "list": (("GET", "{entity}", None), ("GET", "Kanban/{entity}", None)),
    "search": (
        ("GET", "{entity}?textFilter={name}", None),
        ("GET", "{entity}?" + _WHERE, None),
        ("GET", "GlobalSearch?q={name}", None),
    ),
    "record": (
        ("GET", "{entity}/{id}", None),
        ("GET", "{entity}/{id}/usersAccess", None),
        ("GET", "{entity}/layout/detail", None),
    ),
    "create": (("POST", "{entity}", {"name": "x"}),),
    "update": (("PUT", "{entity}/{id}", {"name": "x"}), ("PATCH", "{entity}/{id}", {"name": "x"})),
    "delete": (
        ("DELETE", "{entity}/{id}", None),
        ("POST", "{entity}/action/restoreDeleted", {"id": "{id}"}),
    ),
    "stream": (
        ("GET", "{entity}/{id}/stream", None),
        ("GET", "{entity}/{id}/posts", None),
        ("GET", "{entity}/{id}/updateStream", None),
        ("GET", "{entity}/{id}/followers", None),
        ("GET", "GlobalStream", None),
        (
            "GET",
            "Note?where[0][type]=equals&where[0][attribute]=parentId&where[0][value]={id}",
            None,
        ),
        ("POST", "Note", {"type": "Post", "post": "x", **_RECORD}),
        ("PUT", "{entity}/{id}/subscription", {}),
        ("PUT", "{entity}/{id}/starSubscription", {}),
    ),
    "export": (
        ("POST", "Export", {"entityType": "{entity}", "format": "csv", "ids": ["{id}"]}),
        ("POST", "Export", {"entityType": "{entity}", "format": "xlsx", "where": []}),
    ),
    "import": (
        (
            "POST",
            "Import",
            {"entityType": "{entity}", "attributeList": ["name"], "attachmentId": "x"},
        ),
        ("GET", "Import/action/importableEntityTypeList", None),
    ),
    "mass action": tuple(
        ("POST", "MassAction", {"entityType": "{entity}", "action": action, "params": _PARAMETERS})
        for action in ("delete", "update", "follow", "recalculateFormula", "convertCurrency")
    ),
    "merge": (
        (
            "POST",
            "Action",
            {
                "entityType": "{entity}",
                "action": "merge",
                "id": "{id}",
                "data": {"sourceIdList": ["{id}"], "attributes": {}},
            },
        ),
        ("POST", "{entity}/action/merge", {"targetId": "{id}", "sourceIds": ["{id}"]}),
    ),
    "duplicate": (("POST", "{entity}/action/getDuplicateAttributes", {"id": "{id}"}),),
    "link": (
        ("GET", "{entity}/{id}/{link}", None),
        ("POST", "{entity}/{id}/{link}", {"id": "{other}"}),
        ("DELETE", "{entity}/{id}/{link}", {"id": "{other}"}),
        ("POST", "Task", {"name": "x", "status": "Not Started", **_RECORD}),
        ("POST", "Email", {"subject": "x", "status": "Draft", **_RECORD}),
    ),
    "webhook": (
        ("POST", "Webhook", {"event": "{entity}.create", "url": "https://hooks.example/x"}),
        (
            "POST",
            "Webhook",
            {"event": "{entity}.fieldUpdate.name", "url": "https://hooks.example/x"},
        ),
    ),
    "formula": (
        ("POST", "Formula/action/run", {"expression": _FORMULA}),
        (
            "POST",
            "Formula/action/run",
            {
                "expression": "output\\printLine(entity\\attribute('name'))",
                "targetType": "{entity}",
                "targetId": "{id}",
            },
        ),
    ),
    "report": (
        (
            "GET",
            "Report?where[0][type]=equals&where[0][attribute]=entityType&where[0][value]={entity}",
            None,
        ),
        ("POST", "Report", {"name": "x", "type": "List", "entityType": "{entity}"}),
    ),
    "PDF template": (
        ("POST", "Template", {"name": "x", "entityType": "{entity}", "body": "x"}),
        (
            "POST",
            "Pdf/action/massPrint",
            {"entityType": "{entity}", "idList": ["{id}"], "templateId": "{template}"},
        ),
    ),
    "e-mail template": (
        ("POST", "EmailTemplate/{email_template}/prepare", _RECORD),
        (
            "POST",
            "EmailTemplate/{email_template}/prepare",
            {"relatedType": "{entity}", "relatedId": "{id}"},
        ),
    ),
    "files": (
        ("GET", "Attachment/file/{attachment}", None),
        ("GET", "Attachment/{attachment}", None),
        ("POST", "Attachment/copy/{attachment}", {"relatedType": "Document", "field": "file"}),
    ),
}


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """The value with each `{name}` in its texts replaced; nothing else is taken for one."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    return value
