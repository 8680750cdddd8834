"""One real case in a real browser: from a phone with a bad connection to a judge drawn by lot, seen by those who may."""

from pathlib import Path

import pytest
from tests.journeys import exhibits
from tests.journeys.browser import Town
from tests.journeys.first_case.course import drawn_by_lot, messages_came, pay
from tests.journeys.first_case.intake import answer_questions_on_the_phone, hand_in_from_the_desktop, send_evidence
from tests.journeys.first_case.outsiders import nobody_else_sees_it
from tests.journeys.first_case.people import ask_whether_the_court_can_help, leave_the_phone, register
from tests.journeys.first_case.review import accept, ask_for_a_correction, correct_on_the_phone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_first_case_from_a_phone_to_the_bench(a_town: Town, tmp_path: Path) -> None:
    evidence = exhibits.files(a_town.browser, tmp_path)
    phone = a_town.device(phone=True)
    ask_whether_the_court_can_help(phone)
    register(phone)
    filing = answer_questions_on_the_phone(phone)
    send_evidence(phone, filing, evidence)
    desktop = a_town.device()
    number = hand_in_from_the_desktop(desktop, filing)
    clerk = a_town.device().enter("clerk")
    ask_for_a_correction(clerk, filing, number)
    correct_on_the_phone(phone, filing)
    case = accept(clerk, phone, filing)
    pay(phone, case)
    drawn_by_lot(a_town, phone, case, tmp_path)
    nobody_else_sees_it(a_town, phone, filing, case)
    messages_came(phone)
    leave_the_phone(phone)
    for visitor in (phone, desktop, clerk):
        assert visitor.troubles == []
    assert a_town.court.failures() == []
