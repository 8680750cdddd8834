"""Before sign-in. Jurisdiction before and after 2025-11-01; JI arts. 20, 211; CC art. 188; FM art. 13."""

import pytest


async def ask(house, **question):
    answer = await house.stranger().http.post("/filing/can-we-help", json=question)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_online_shopping_with_a_seller_in_the_city_is_heard_here(house):
    told = await ask(
        house, case_type="ecom_sale", amount="598.00", knew_on="2026-02-17",
        links={"platform_is_ecommerce_platform": True, "defendant_domicile": "北京市丰台区"},
    )  # fmt: skip
    assert (told["competent"], told["item"], told["rule_set"]) == (True, 6, "ic2025")
    assert (told["admissible"], told["other_court"]) == (True, None)
    assert (told["fee"]["fee"], told["fee"]["procedure"]) == ("25.00", "small_claims")
    assert told["time_bar"]["until"] == "2029-02-17"
    assert told["expected_days"] > 30
    assert len(told["bring"]) > 3


@pytest.mark.parametrize(("on", "competent"), [("2025-10-20", True), ("2026-03-02", False)])
async def test_defamation_left_the_internet_courts(house, on, competent):
    told = await ask(
        house, case_type="reputation", cause="名誉权纠纷", on=on, links={"defendant_domicile": "北京市朝阳区"}
    )
    assert told["competent"] is competent
    assert (told["other_court"] is None) is competent
    if not competent:
        assert "朝阳区人民法院" in told["other_court"]["zh"]


async def test_an_arbitration_agreement_is_an_obstacle(house):
    told = await ask(house, case_type="ecom_sale", links={"arbitration_agreement": True})
    assert told["admissible"] is False
    assert told["obstacles"][0]["articles"][0]["cite"] == "CPL 127(2)"


async def test_a_late_claim_is_warned_of(house):
    told = await ask(house, case_type="ecom_sale", knew_on="2020-01-01")
    assert told["time_bar"]["standing"] == "passed"
    assert told["time_bar"]["warning"]["zh"]


@pytest.mark.parametrize(
    "question",
    [{"case_type": "x"}, {"case_type": "ecom_sale", "amount": "-1"}, {"case_type": "ecom_sale", "amount": 1.5},
     {"case_type": "ecom_sale", "knew_on": "2030-01-01"}, {"case_type": "ecom_sale", "on": "2001-01-01"}, {}],
)  # fmt: skip
async def test_a_question_of_the_wrong_form_is_refused(house, question):
    refused = await house.stranger().http.post("/filing/can-we-help", json=question)
    assert refused.status_code in {400, 422}, refused.text
    assert refused.json()["code"]


async def test_the_questions_come_with_everything_a_page_needs(house):
    told = (await house.stranger().get("/filing/case-types")).json()
    assert [kind["id"] for kind in told["case_types"]] == [
        "ecom_sale", "net_service", "dissemination", "online_loan", "reputation", "general"
    ]  # fmt: skip
    for kind in told["case_types"]:
        assert kind["label"]["en"]
        for question in kind["questions"]:
            assert question["why"]["zh"]
            assert question["why"]["en"]
            assert (question["type"] == "enum") == bool(question["options"])
    heard = {kind["id"]: kind["heard_here"] for kind in told["case_types"]}
    assert heard == {"ecom_sale": True, "net_service": True, "dissemination": False, "online_loan": False,
                     "reputation": False, "general": True}  # fmt: skip
    earlier = (await house.stranger().get("/filing/case-types", params={"on": "2024-05-01"})).json()
    assert all(kind["heard_here"] for kind in earlier["case_types"])


async def test_a_shop_is_looked_up_and_the_answer_says_who_gave_it(house):
    li = house.person()
    [shop] = (await li.get("/filing/shops", params={"name": "山野"})).json()
    assert (shop["name"], shop["domicile"]) == ("北京山野茶语贸易有限公司", "北京市丰台区")
    assert "stand" in shop["source"]
    assert (await li.get("/filing/shops", params={"name": "不存在的店"})).json() == []
    assert (await house.stranger().get("/filing/shops", params={"name": "山野"})).status_code == 401
    assert (await house.stranger().get("/filing/platforms")).json()[0]["platform"] == "优选商城"
