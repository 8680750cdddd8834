"""`tianping law`: a line in, a line out; a bad line is answered with an error and the others still are."""

import json

import pytest
from click.testing import CliRunner

from tianping.apps.law_cli import law


def run(command: str, stdin: str | bytes, *options: str):
    done = CliRunner().invoke(law, [command, *options], input=stdin)
    return [json.loads(line) for line in done.stdout.splitlines()], done.exit_code


def test_the_example_of_the_interface():
    answers, status = run(
        "fee", '{"act":"property","amount":"123456.78","procedure":"ordinary","filed_on":"2026-03-02"}\n'
    )
    assert status == 0
    assert (answers[0]["fee"], answers[0]["direction"]) == ("2769.14", "pay")


def test_bad_lines_do_not_stop_the_others():
    lines = [
        '{"act": "labour"}',
        "{broken",
        '{"act": "property", "amount": 1.5}',
        "",
        "[1]",
        "[" * 5000,
        '{"act": "labour", "procedure": "simplified"}',
    ]
    answers, status = run("fee", "\n".join(lines))
    assert status == 1
    assert [answer.get("fee") for answer in answers] == ["10.00", None, None, None, None, "5.00"]
    errors = [answer["error"] for answer in answers if "error" in answer]
    assert [(e["code"], e["field"]) for e in errors] == [
        ("not-json", ""),
        ("not-a-string", "amount"),
        ("not-an-object", ""),
        ("not-json", ""),
    ]
    assert all(set(e["message"]) == {"zh", "en"} for e in errors)


def test_bytes_that_are_no_text():
    answers, status = run("deadline", b'\xff\xfe\n\xef\xbb\xbf{"length":"1 day","event_on":"2026-03-02"}\n')
    assert status == 1
    assert answers[0]["error"]["code"] == "not-json"


def test_a_mark_of_byte_order_is_forgiven():
    answers, status = run("deadline", b'\xef\xbb\xbf{"length":"1 day","event_on":"2026-03-02"}\n')
    assert (status, answers[0]["deadline"]) == (0, "2026-03-03")


def test_jurisdiction_for_a_chosen_court():
    line = '{"cause":"网络服务合同纠纷","filed_on":"2026-03-02","links":{"defendant_domicile":"浙江省杭州市"}}'
    assert run("jurisdiction", line)[0][0]["competent"] is False
    assert run("jurisdiction", line, "--court", "hangzhou")[0][0]["competent"] is True
    assert run("jurisdiction", line, "--court", "moon")[1] != 0


@pytest.mark.parametrize(("command", "line"), [("causes", '{"query":"域名"}'), ("elements", '{"type":"ecom_sale"}')])
def test_causes_and_elements(command, line):
    answers, status = run(command, line)
    assert status == 0
    assert answers[0]


def test_an_invalid_lawbook_is_told(tmp_path):
    done = CliRunner().invoke(law, ["--lawbook", str(tmp_path), "fee"], input="")
    assert done.exit_code == 1
    assert "statutes.yaml" in done.stderr
