"""Who we are: departments, topics, people and their roles, policies, the calendar. Changes rarely."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import ROW_ID, json, key, ref, word


class RoleName(StrEnum):
    """What a person is trusted with (DOMAIN §2). `second_desk` stands in when the first is complained about."""

    CLERK = "clerk"
    OFFICER = "officer"
    HEAD = "head"
    APPROVER = "approver"
    MANAGER = "manager"
    RESTRICTED_DESK = "restricted_desk"
    SECOND_DESK = "second_desk"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Approvals(StrEnum):
    """Which approvals a reply needs."""

    NONE = "none"
    HEAD = "head"
    HEAD_AND_APPROVER = "head_and_approver"


class Department(SQLModel, table=True):
    """An office. `translates` lists languages it translates for others, `masters` those it answers in itself.

    `shares_by_load`: a letter that comes in goes to the officer with the fewest. A closed office's open letters
    went to `merged_into_id`, and so do its figures.
    """

    id: int = key()
    code: str = Field(unique=True, max_length=40)
    name: dict[str, str] = json()
    phone: str = Field(default="", max_length=40)
    translates: list[str] = json(list)
    masters: list[str] = json(list)
    shares_by_load: bool = False
    position: int = 0
    version: int = 1
    closed_at: datetime | None = None
    merged_into_id: int | None = Field(default=None, sa_type=ROW_ID)


class FormerName(SQLModel, table=True):
    """What an office was called until then: history shows the name of its day."""

    __tablename__ = "former_name"
    __table_args__ = (sa.Index("ix_former_name_office", "department_id", "until"),)  # the name on a day

    id: int = key()
    department_id: int = ref("department.id")
    name: dict[str, str] = json()
    until: datetime


class Topic(SQLModel, table=True):
    """A subject area; two levels. The department is the one that usually leads."""

    id: int = key()
    parent_id: int | None = ref("topic.id", default=None, index=True)
    code: str = Field(unique=True, max_length=60)
    name: dict[str, str] = json()
    department_id: int | None = ref("department.id", default=None, index=True)
    position: int = 0
    version: int = 1
    retired_at: datetime | None = None


class Person(SQLModel, table=True):
    """Somebody who signs in. Their roles say what they may do; without one they may do nothing.

    `digest`: how often they get a mail of what waits for them, "never", "daily" or "weekly"; `digest_on` is
    the city's day of the last one.
    """

    __table_args__ = (
        sa.Index(
            "ix_person_digest",
            "digest",
            "digest_on",
            sqlite_where=sa.text("digest <> 'never'"),
            postgresql_where=sa.text("digest <> 'never'"),
        ),  # jobs.digest
    )

    id: int = key()
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=100)
    language: str = Field(default="zh", max_length=8)
    password_hash: str = Field(default="", max_length=200)
    shortcuts: bool = True
    digest: str = Field(default="never", max_length=8)
    digest_on: date | None = None
    version: int = 1
    added_at: datetime
    left_at: datetime | None = None


class HeldRole(SQLModel, table=True):
    """A role somebody holds, in a department where the role belongs to one; held from `confirmed_at` on (DOMAIN §2)."""

    __tablename__ = "held_role"
    __table_args__ = (
        sa.Index(
            "uq_held_role_open",
            "person_id",
            "role",
            "department_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "uq_held_role_everywhere",
            "person_id",
            "role",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND department_id IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND department_id IS NULL"),
        ),
    )

    id: int = key()
    person_id: int = ref("person.id")
    role: RoleName = word(RoleName, "role")
    department_id: int | None = ref("department.id", default=None, index=True)
    given_at: datetime
    given_by: int | None = ref("person.id", default=None)
    confirmed_by: int | None = ref("person.id", default=None)
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None


class Deputy(SQLModel, table=True):
    """Who stands in for a head or an approver, first and last day included."""

    __table_args__ = (
        sa.CheckConstraint("deputy_id <> person_id", name="somebody_else"),
        sa.CheckConstraint("until_on >= from_on", name="in_order"),
    )

    id: int = key()
    person_id: int = ref("person.id", index=True)
    deputy_id: int = ref("person.id", index=True)
    from_on: date
    until_on: date


class Policy(SQLModel, table=True):
    """The promises for one kind of letter, in working days (DOMAIN §4), and the approvals its replies need."""

    kind: str = Field(primary_key=True, max_length=24)
    approvals: Approvals = word(Approvals, "approvals", default=Approvals.HEAD)
    triage_days: int = 1
    sign_days: int = 1
    reply_days: int
    extension_days: int = 5
    version: int = 1


class CalendarDay(SQLModel, table=True):
    """An entry of the official calendar: a holiday, or a make-up working day."""

    __tablename__ = "calendar_day"

    day: date = Field(primary_key=True)
    is_working: bool


class Way(StrEnum):
    """How a calendar came in: with the package, from a file, or typed day by day."""

    PACKAGE = "package"
    FILE = "file"
    TYPED = "typed"


class CalendarYear(SQLModel, table=True):
    """A year whose official calendar is in. Years not listed here are provisional."""

    __tablename__ = "calendar_year"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    source: str = Field(max_length=200)
    imported_at: datetime


class CalendarChange(SQLModel, table=True):
    """One change of the calendar in use: the letters with dates from `first_on` on are counted anew (`jobs.calendar`).

    `days` are the changed ones, oldest first: [day, what it was, what it is], True working, False free, None as the
    weekday says. `moved` counts the letters of which a date has moved. `done_at` is when nothing was left to count.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (sa.CheckConstraint("last_on >= first_on", name="in_order"),)

    no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    year: int
    way: Way = word(Way, "way")
    source: str = Field(max_length=200)
    made_by: int | None = ref("person.id", default=None)
    made_at: datetime
    first_on: date
    last_on: date
    days: list[list[object]] = json(list)
    moved: int = 0
    done_at: datetime | None = None
