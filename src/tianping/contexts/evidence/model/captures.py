"""Captures: a web page taken by the court's own browser, packed and deposited."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from tianping.contexts.evidence.model.deposits import Category, Title
from tianping.kit.ids import OrganisationId, PersonId
from tianping.kit.problems import Text


class CaptureState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    STORED = "stored"
    FAILED = "failed"


class CaptureInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public page. `category`: of the deposit that is made of the package."""

    url: Annotated[
        str,
        Meta(
            min_length=8,
            max_length=2000,
            pattern='^https?://[^\\x00-\\x20"<>\\\\^`{|}]+$',
            examples=["https://www.example.com/item/1"],
        ),
    ]
    title: Title
    category: Annotated[
        str, Meta(pattern="^(works|infringe|contract|trade|finance|message|publish|privacy)$", examples=["infringe"])
    ] = "infringe"
    organisation_id: OrganisationId | None = None


class CaptureFinding(msgspec.Struct, frozen=True):
    """What the capture noted, or could not see. `code` is stable; `weight`: note, warning, unseen."""

    code: str
    weight: str
    said: Text


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """A capture as the court keeps it. `package`: SM3 of the zip; `step`: how far it is."""

    id: UUID
    owner: PersonId
    organisation_id: OrganisationId | None
    url: str
    title: str
    category: Category
    state: CaptureState
    step: str
    findings: list[CaptureFinding]
    package: str | None
    package_size: int | None
    made_at: datetime
    ended_at: datetime | None
    failure: Text | None


class CaptureView(msgspec.Struct, frozen=True, kw_only=True):
    """`progress`: what is being done now, in words; `percent` 0 to 100; `package`: path of the zip once there is one."""

    id: UUID
    url: str
    title: str
    category: Category
    category_name: Text
    state: CaptureState
    progress: Text
    percent: int
    findings: list[CaptureFinding]
    deposit_ids: list[UUID]
    package: str | None
    package_size: int | None
    made_at: datetime
    ended_at: datetime | None
    failure: Text | None


class CaptureOffer(msgspec.Struct, frozen=True):
    """Whether this court can capture pages, and what to know before: limits, what is recorded, what is not."""

    available: bool
    reason: Text | None
    browser: str | None
    records: list[Text]
    limits: list[Text]
