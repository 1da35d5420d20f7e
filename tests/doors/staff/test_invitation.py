"""An administrator invites somebody, who sets a password and signs in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from sqlmodel import select

from mailbox_service.city.tables import LinkPurpose, Person, StaffLink
from tests.databases import rows
from tests.doors.staff.getting_in import DORA, GOOD, acts, link_of, mails, sessions, sign_in
from tests.doors.staff.house import filled, words_of

NEW = {"name": "Nora New", "email": "nora@qinghe.example", "language": "ja"}


async def added(house):
    ada = await house.member("ada")
    check = await ada.send("/admin/people/add", act="check", **NEW)
    answer = await ada.web.post("/admin/people/add", data=filled(check.text) | {"act": "save"})
    return ada, answer.headers["location"].partition("?")[0]


async def pressed(member, path, act):
    return await member.send(path, act=act)


async def test_who_is_invited_sets_a_password_and_signs_in(house):
    ada, path = await added(house)

    answer = await pressed(ada, path, "invite")

    assert "invitation is on its way" in words_of(await ada.get(answer.headers["location"]))
    mail = mails(house, "invitation")[0]
    assert (mail.to_address, mail.language) == (NEW["email"], "ja")
    nora = await house.visitor()
    await nora.done(link_of(house, mail), password=GOOD, again=GOOD)
    assert (await sign_in(nora, NEW["email"], GOOD)).status_code == 303
    assert {"person.invited", "password.set"} <= set(acts(house))
    with rows(house.url) as session:
        link = session.exec(select(StaffLink).where(StaffLink.purpose == LinkPurpose.INVITE)).one()
        assert (link.expires_at - link.made_at).days == 7


async def test_who_has_a_password_needs_no_invitation(house):
    ada = await house.member("ada")
    with rows(house.url) as session:
        dora = session.exec(select(Person.id).where(Person.email == DORA)).one()

    answer = await pressed(ada, f"/admin/people/{dora}", "invite")

    assert answer.status_code == 422, "invitation.needless"
    assert "have a password already" in words_of(answer)
    assert mails(house, "invitation") == []


async def test_an_administrator_signs_somebody_out_everywhere(house):
    await house.member("dora")
    ada = await house.member("ada")
    with rows(house.url) as session:
        dora = session.exec(select(Person.id).where(Person.email == DORA)).one()

    await pressed(ada, f"/admin/people/{dora}", "end_sessions")

    assert sessions(house, DORA) == 0
    assert "sessions.ended" in acts(house)
