"""What KSeF announces of itself, for the page of the bridge and for those who may issue offline."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from bridge.announcements.announced import Announcement, Trouble
from bridge.announcements.announcements import Announcements
from bridge.announcements.words import AnnouncedWords, in_words
from bridge.api.authentication import SECURITY, any_key
from bridge.api.problems import PROBLEM_RESPONSES, message_of
from bridge.api.schemas import Body, Moment, Page
from bridge.credentials.environment import Environment

blueprint = APIBlueprint(
    "announcements", __name__, url_prefix="/v1/environments", abp_responses=PROBLEM_RESPONSES
)


class EnvironmentPath(BaseModel):
    environment: Environment


class AnnouncementBody(Body):
    id: str
    event_id: int | None = Field(description="The same in all messages about one event.")
    category: str = Field(description="MAINTENANCE, FAILURE, TOTAL_FAILURE, or a later word.")
    type: str = Field(
        description="MAINTENANCE_ANNOUNCEMENT, FAILURE_START, FAILURE_END, or a later word."
    )
    title: str
    text: str
    start: Moment | None
    end: Moment | None
    version: int | None
    published: Moment | None
    is_current: bool = Field(description="It stands beside the status.")

    @classmethod
    def of(cls, announcement: Announcement) -> AnnouncementBody:
        return cls.model_validate(announcement, from_attributes=True)


class MessageBody(Body):
    code: str
    params: dict[str, str | int]
    message: str
    documentation: Page = None

    @classmethod
    def of(cls, said: AnnouncedWords | Trouble | None) -> MessageBody | None:
        if said is None:
            return None
        message = message_of(said.code, said.params)
        return cls(
            code=said.code,
            params=dict(said.params),
            message=message.text,
            documentation=message.page,
        )


class AnnouncementsAnswer(Body):
    environment: Environment
    status: str | None = Field(
        description=(
            "AVAILABLE, MAINTENANCE, FAILURE, TOTAL_FAILURE, or a later word; null while it is not "
            "known, and an hour after the last answer."
        )
    )
    summary: MessageBody | None = Field(description="The status in one sentence.")
    messages: list[AnnouncementBody] = Field(description="At most fifty, current ones first.")
    asked_at: Moment | None = Field(description="When Latarnia was asked last.")
    answered_at: Moment | None = Field(description="When it gave the answer that stands here.")
    asking: bool = Field(description="It is asked just now: ask again in a second or two.")
    problem: MessageBody | None = Field(description="Why the last answer is missing, or in part.")


@blueprint.get(
    "/<environment>/announcements", responses={200: AnnouncementsAnswer}, security=SECURITY
)
@any_key
def announcements(path: EnvironmentPath) -> dict[str, Any]:
    """What KSeF announces of its failures and maintenance (Latarnia), as far as it is remembered.

    Never waits: when nobody has asked within five minutes, Latarnia is asked in the background, and
    a later call tells what it said. Nothing is decided by it, and on Test and Demo failures are
    announced that never were.
    """
    known: Announcements = current_app.extensions["ksef-announcements"]
    look = known.look(path.environment)
    announced = look.announced
    return AnnouncementsAnswer(
        environment=path.environment,
        status=announced.status,
        summary=MessageBody.of(in_words(path.environment, announced)),
        messages=[AnnouncementBody.of(each) for each in announced.announcements],
        asked_at=announced.asked_at,
        answered_at=announced.answered_at,
        asking=look.is_being_asked,
        problem=MessageBody.of(announced.trouble),
    ).model_dump(mode="json", by_alias=True)
