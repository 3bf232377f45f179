"""The disbursement report as page and as file, and the commands that do the same."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from pypdf import PdfReader

from grantengine.disbursements import batches, queries, releases, statements
from grantengine.money import eur
from grantengine.web.commands import payments, report
from tests.support.bank import statement_for
from tests.support.disbursements import (
    NOON,
    a_grant,
    a_programme,
    a_settled_campaign,
    an_experiment,
    an_officer,
)

FRIDAY = date(2026, 9, 18)
DAYS = ["--from", "2026-09-01", "--to", "2026-09-30"]


@pytest.fixture
def paid(app_database):
    """Paid: match 300, backers 900, a grant of 3,500; returned: 700; in payment: 1,400."""
    with app_database.transaction() as session:
        experiment = an_experiment(session, a_programme(session), "=SUMMA(1;2) & co")
        for number, sum_ in enumerate(("5000", "1000", "2000"), start=1):
            a_grant(session, experiment, eur(sum_), case_number=f"KS/{number}/2026")
        a_settled_campaign(session, experiment, private=eur("900"), matched=eur("300"))
        first, second = an_officer(session, "Raija"), an_officer(session, "Teija")
        chosen = [each.id for each in queries.open_instalments(session)]
        made = batches.prepare_batches(session, chosen, officer_id=first.id, now=NOON)
        for batch in made:
            releases.release_batch(session, batch.id, officer_id=second.id, now=NOON)
            ids = {
                each.long_reference: each.end_to_end_id
                for each in queries.batch(session, batch.id).payments
            }
            content = statement_for(
                queries.bank_file(session, batch.id)[1],
                booked_on=FRIDAY,
                returned={ids["KS/2/2026_1"]: "AC04"} if "KS/2/2026_1" in ids else {},
                refused=[ids["KS/3/2026_1"]] if "KS/3/2026_1" in ids else [],
            )
            incoming = statements.read_incoming(content, file_name="tiliote.xml")
            statements.import_statement(session, incoming, officer_id=first.id, now=NOON)
        return first.id, first.session_version


@pytest.fixture
def browser(client, paid):
    with client.session_transaction() as session:
        session["person"], session["version"] = paid
    return client


@pytest.fixture
def run(app, paid):
    """Run a command of the console script inside the application."""
    runner = app.test_cli_runner()
    for group in (payments.group, report.group):
        app.cli.add_command(group)
    return lambda *arguments: runner.invoke(args=list(map(str, arguments)))


def test_the_page_shows_the_sums_and_that_they_agree(browser):
    page = browser.get("/en/finance/reports?from_on=2026-09-01&to_on=2026-09-30").text

    assert "Payments and ledger agree to the cent, source by source." in page
    for text in ("Public money: Small", "Public money: Match", "Backers’ money", "−€700.00"):
        assert text in page
    assert "€4,700.00" in page
    assert "€1,400.00" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from_on=2026-09-30&to_on=2026-09-01", "The last day comes before the first."),
        ("from_on=x&to_on=2026-09-01", "First day"),
        ("from_on=2026-09-01", "Give the last day"),
    ],
)
def test_wrong_days_are_said(browser, query, sentence):
    for path in ("reports", "reports/disbursements.csv"):
        answer = browser.get(f"/en/finance/{path}?{query}")
        assert answer.status_code == 422
        assert sentence in answer.text


@pytest.mark.parametrize("form", ["json", "csv"])
def test_all_days_that_there_are_can_be_asked_for(browser, form):
    days = "from_on=0001-01-01&to_on=9999-12-31"

    assert browser.get(f"/en/finance/reports?{days}").status_code == 200
    answer = browser.get(f"/en/finance/reports/disbursements.{form}?{days}")
    assert answer.status_code == 200


def test_a_form_that_there_is_none_of_is_not_found(browser):
    query = "from_on=2026-09-01&to_on=2026-09-30"

    assert browser.get(f"/en/finance/reports/disbursements.exe?{query}").status_code == 404


def download(browser, form, language="en"):
    query = "from_on=2026-09-01&to_on=2026-09-30"
    answer = browser.get(f"/{language}/finance/reports/disbursements.{form}?{query}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.data


def test_the_csv_opens_in_a_finnish_spreadsheet_and_runs_no_formula(browser):
    content = download(browser, "csv", "fi")

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert sum(Decimal(row["Summa"].replace(",", ".")) for row in rows) == Decimal("6100.00")
    assert {row["Kokeilu"] for row in rows} == {"'=SUMMA(1;2) & co"}
    by_reference = {(row["Pitkä viite"], row["Tila"]): row for row in rows}
    public = by_reference["KS/1/2026_1", "Maksettu"]
    assert (public["LKP-tili"], public["Asiatarkastaja"]) == ("82510000", "Raija")
    private = next(row for row in rows if row["Lähde"] == "Rahoittajien raha")
    assert (private["LKP-tili"], private["Talousarviotili (TaKP)"]) == ("", "")


def test_the_workbook_holds_payments_sums_and_both_sheets(browser):
    book = openpyxl.load_workbook(io.BytesIO(download(browser, "xlsx")))

    assert book.sheetnames == ["Payments", "Sums", "Tiliöinti", "Täsmäytysraportti"]
    rows = list(book["Payments"].iter_rows(min_row=2, values_only=True))
    assert round(sum(row[5] for row in rows), 2) == 6100
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert book["Tiliöinti"].max_column == 31
    assert book["Täsmäytysraportti"].max_column == 11
    total = [cell.value for cell in list(book["Sums"].rows)[-1]]
    assert (total[3], total[5]) == (4700, 1400)
    assert total[-1] == "agrees"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pdf_has_the_sums_and_each_payment(browser, language):
    pages = PdfReader(io.BytesIO(download(browser, "pdf", language))).pages

    text = " ".join(page.extract_text() for page in pages)
    for part in ("KS/1/2026_1", "FI71 1820 3000 0083 91", "82510000", "23.01.50"):
        assert part in text


def test_the_json_is_for_programs(browser):
    content = json.loads(download(browser, "json", "sv"))

    assert content["agrees_with_ledger"] is True
    assert content["totals"]["paid"] == {"amount_cents": 470000, "currency": "EUR"}
    sums = {(each["source"], each["envelope"]): each for each in content["sums"]}
    assert sums["public", "small"]["returned"]["amount_cents"] == -70000
    assert sums["private", None]["paid"]["amount_cents"] == 90000
    assert len(content["lines"]) == 6


def test_the_report_commands_print_and_write(run, tmp_path):
    target = tmp_path / "report.json"
    printed = run("report", "disbursements", *DAYS, "--format", "json")
    written = run("report", "disbursements", *DAYS, "--format", "json", "-o", target)

    assert (printed.exit_code, written.exit_code) == (0, 0)
    assert json.loads(printed.output) == json.loads(target.read_text())
    again = run("report", "disbursements", *DAYS, "--format", "csv", "-o", target)
    assert (again.exit_code, target.read_text()[0]) == (1, "{")
    assert "--force" in again.output
    assert run("report", "disbursements", *DAYS[:3], "2026-08-01", "--format", "csv").exit_code == 2


@pytest.mark.parametrize("on", [[], ["--on", "2026-09-16"]])
def test_the_budget_command_tells_every_stage(run, on):
    found = json.loads(run("report", "budget", "--format", "json", *on).output)

    assert found["appropriated_cents"] == 200_000_000
    stages = ("available", "reserved", "committed", "in_payment", "paid", "recovered")
    for each in found["envelopes"]:
        assert sum(each[f"{stage}_cents"] for stage in stages) == each["allotted_cents"]
    small = next(each for each in found["envelopes"] if each["envelope"] == "small")
    expected = (0, 560_000) if on else (350_000, 140_000)
    assert (small["paid_cents"], small["in_payment_cents"]) == expected
    assert "small" in run("report", "budget").output
    assert run("report", "budget", "--format", "csv").output.count("\n") == 5


def test_a_bank_file_is_exported_once_unless_forced(run, app_database, tmp_path):
    target = tmp_path / "batch.xml"
    with app_database.reading() as session:
        _batch, content = queries.bank_file(session, "KOSU26001")

    first = run("payments", "export", "KOSU26001", "-o", target)
    again = run("payments", "export", "KOSU26001", "-o", target)

    assert (first.exit_code, target.read_bytes()) == (0, content)
    assert (again.exit_code, "--force" in again.output) == (1, True)
    assert run("payments", "export", "KOSU26001", "-o", target, "--force").exit_code == 0
    assert run("payments", "export", "nothing", "-o", tmp_path / "x.xml").exit_code == 1
    assert not (tmp_path / "x.xml").exists()


def test_a_statement_is_imported_from_the_command_line_once(run, app_database, tmp_path):
    with app_database.reading() as session:
        _batch, content = queries.bank_file(session, "KOSU26001")
    source = tmp_path / "tiliote.xml"
    source.write_bytes(statement_for(content, booked_on=date(2026, 9, 21)))

    first = run("payments", "import-statement", source)
    again = run("payments", "import-statement", source)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.output.startswith("tiliote.xml: ")
    assert first.output.count("\n") == again.output.count("\n") == 1
    source.write_text("no statement")
    assert run("payments", "import-statement", source).exit_code == 1
    assert run("payments", "import-statement", tmp_path / "none").exit_code != 0
