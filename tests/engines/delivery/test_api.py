"""The message routes in a whole court: mine, the demo page, and what could not be sent."""

from tests.contexts.identity.newcomers import administrator, identity_number, problem
from tests.harness import running_court

from tianping.contexts.identity.actions import open_account
from tianping.interfaces.delivery import DirectText, Notice
from tianping.interfaces.identity import Role
from tianping.kit.problems import Text


async def person(court, mobile, sequence):
    account = await open_account(
        court.desk("identity"), name=f"陈晨{sequence}", mobile=mobile, identity_number=identity_number(sequence),
        about=Text("消费者", "A consumer"),
    )  # fmt: skip
    browser = court.browser()
    signed_in = await browser.act("/demo/sessions", {"person": str(account)})
    browser.csrf = signed_in.json()["csrf_token"]
    await court.settle()
    await browser.act("/messages/read-all")
    return account, browser


def notice(to, number, **kwargs):
    return Notice(to, f"n{number}", Text(f"通知{number}", f"Notice {number}"), Text("内容", "Words"), **kwargs)


async def test_notices_are_paged_counted_and_opened(environment):
    async with running_court(environment) as court:
        chen, browser = await person(court, "13700000001", "002")
        _, other = await person(court, "13700000002", "004")
        delivery = court.desk("identity").delivery
        for number in range(5):
            await delivery.notify(notice(chen, number, channels=("in_app",)))
        first = (await browser.get("/messages?limit=3")).json()
        assert (len(first["items"]), first["unread"]) == (3, 5)
        second = (await browser.get(f"/messages?limit=3&cursor={first['next_cursor']}")).json()
        titles = [m["title"]["zh"] for m in first["items"] + second["items"]]
        assert sorted(titles[:5]) == [f"通知{n}" for n in range(5)]
        one = first["items"][0]["id"]
        assert problem(await other.act(f"/messages/{one}/read")) == (404, "not-found")
        assert (await browser.act(f"/messages/{one}/read")).json()["read_at"] is not None
        assert (await browser.get("/session")).json()["unread"] == 4
        assert (await browser.act("/messages/read-all")).json() == {"marked": 4}
        assert (await browser.get("/messages")).json()["unread"] == 0
        assert (await court.browser().get("/messages")).status_code == 401
        assert (await browser.get("/messages?cursor=nonsense")).status_code == 422


async def test_the_demo_page_says_what_it_is_and_hides_numbers(environment):
    async with running_court(environment) as court:
        chen, _ = await person(court, "13700000001", "002")
        delivery = court.desk("identity").delivery
        await delivery.notify(notice(chen, 1, link="/cases/1"))
        await delivery.text(DirectText("13700000009", "sms", Text("您好", "Hello"), "t1"))
        await court.settle()
        answer = await court.browser().get("/demo/messages")
        page = answer.json()
        assert "并未发往" in page["notice"]["zh"]
        shown = {(m["to"], m["channel"], m["stand_in"]) for m in page["items"]}
        assert {("陈晨002", "in_app", False), ("陈晨002", "sms", True), ("137****0009", "sms", True)} <= shown
        assert "13700000009" not in answer.text


async def test_what_could_not_be_sent_is_seen_and_sent_again(environment):
    async with running_court(environment) as court:
        chen, browser = await person(court, "13700000001", "002")
        admin = await administrator(court, Role.SYSTEM_ADMIN)
        await court.desk("identity").delivery.notify(notice(chen, 1, channels=("email",)))
        await court.settle()
        [failed] = (await admin.get("/administration/failed-messages")).json()["items"]
        assert (failed["failure"], failed["person_id"], "13700000001" in str(failed)) == (
            "no-address",
            str(chen),
            False,
        )
        assert (await browser.get("/administration/failed-messages")).status_code == 403
        await browser.act("/account/contact", {"email": "chen@example.com"})
        assert (await admin.act(f"/administration/failed-messages/{failed['id']}/try-again")).status_code == 200
        await court.settle()
        assert (await admin.get("/administration/failed-messages")).json()["items"] == []
        again = await admin.act(f"/administration/failed-messages/{failed['id']}/try-again")
        assert problem(again) == (409, "message-not-failed")
