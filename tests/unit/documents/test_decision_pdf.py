"""The decision as it leaves the house: what it says, to whom it speaks, what it carries."""

import json
import shutil
import subprocess
from dataclasses import replace

import pytest

from grantengine.money import eur
from grantengine.web.documents.decision import decision_data, render_decision
from grantengine.web.documents.decision_parts import CriterionGround, Grounds
from grantengine.web.documents.decision_terms import CrowdMoney
from tests.support.cases import case_path
from tests.support.decision_elements import ELEMENTS
from tests.support.documents import CROWD_GOAL, TERMS, a_rejection, an_award, an_unexamined
from tests.support.pdf import alternatives_of, fonts_of, opened, tags_of, text_of

LANGUAGES = ("fi", "sv", "en")
TERMS_ONLY = [name for name in ELEMENTS if 9 <= int(name.split()[0]) <= 17]
IN_EVERY_DECISION = [name for name in ELEMENTS if name not in TERMS_ONLY]


@pytest.fixture(scope="module")
def awards(printed):
    """The PDF of the same award in each language."""
    return {language: printed(an_award(language)) for language in LANGUAGES}


@pytest.fixture(scope="module")
def award_texts(awards):
    """The text of the award in each language."""
    return {language: text_of(pdf) for language, pdf in awards.items()}


@pytest.fixture(scope="module")
def rejection(printed):
    """The PDF of a rejection, in Swedish."""
    return printed(a_rejection("sv"))


@pytest.fixture(scope="module")
def rejection_text(rejection):
    """The text of the rejection."""
    return text_of(rejection)


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_award_holds_every_element(award_texts, language, element):
    missing = [words for words in ELEMENTS[element][language] if words not in award_texts[language]]

    assert missing == []


def test_rejection_says_so(rejection_text):
    assert "Negativt statsunderstödsbeslut" in rejection_text
    assert "Ansökan avslås." in rejection_text
    assert "Det sökta beloppet var 8 000,00 €" in rejection_text


def test_rejection_holds_what_every_decision_holds(rejection_text):
    for words in ("Ärendenummer VN/4711/2026", "Sökande", "Bakgrund", "Poäng 5,3/6"):
        assert words in rejection_text
    for words in ("(688/2001) 7 och 34 §", "Specialunderstöd", "den 28 december 2026"):
        assert words in rejection_text
    for words in ("Mer information", "Beslutsfattare", "Föredragande", "Bilaga 1 Anvisning"):
        assert words in rejection_text


@pytest.mark.parametrize("words", ["Utbetalning", "FI21", "Användningstid", "Bilaga 2", "sanktion"])
def test_rejection_says_nothing_of_terms(rejection_text, words):
    assert words not in rejection_text


def test_unexamined_application_is_told_apart_from_a_rejection():
    text = text_of(render_decision(an_unexamined("fi")))

    assert "Päätös valtionavustushakemuksen tutkimatta jättämisestä" in text
    assert "Hakemus jätetään tutkimatta." in text
    assert "hylätään" not in text


def test_condition_crowd_income_and_correction_are_told():
    financing = replace(TERMS.financing, crowd_counts_as=CrowdMoney.INCOME, crowd=eur("2000"))
    terms = replace(
        TERMS, condition=CROWD_GOAL, financing=financing, conditions=("Ovi pidetään auki.",)
    )

    text = text_of(render_decision(an_award("en", award=terms, version=2, corrects="OLD1-CODE")))

    assert "raised at least €2,000.00 by 28 February 2027" in text
    assert "counts as income of the project" in text
    assert "corrects and replaces the decision with the verification code OLD1-CODE" in text
    assert "Ovi pidetään auki." in text


def test_notice_on_sanctions_is_in_three_languages(award_texts):
    for words in ("pakoteluetteloissa", "sanktionslistor", "sanctions list"):
        assert words in award_texts["sv"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_software_learns_language_title_and_kind(awards, language):
    root = opened(awards[language]).trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()

    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "VN/4711/2026: Kylän lainakirjasto" in opened(awards[language]).metadata.title
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata


def test_document_is_tagged(awards):
    tags = tags_of(awards["fi"])

    assert opened(awards["fi"]).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert tags["H1"] == 5
    assert tags["H2"] > 20
    assert min(tags["Table"], tags["TH"], tags["L"], tags["P"]) > 0
    assert alternatives_of(awards["fi"]) == [
        "QR-koodi osoitteeseen https://kokeilu.example/verify/K7M4-2QXP"
    ]


def test_only_our_own_fonts_are_used_and_all_are_inside(awards):
    fonts = fonts_of(awards["fi"])

    assert all(family.startswith(("Source-Sans-3", "Source-Serif-4")) for family in fonts)
    assert set(fonts.values()) == {True}


def test_letters_of_all_languages_of_the_land_are_kept(award_texts):
    assert "Čáhppesjávri, Škoda ja Žofia" in award_texts["en"]


def test_data_of_the_decision_travel_inside(awards):
    (attached,) = opened(awards["sv"]).attachments["decision.json"]

    assert attached == decision_data(an_award("sv"))
    assert json.loads(attached)["decision"]["case_number"] == "VN/4711/2026"


def test_every_page_names_the_case_and_its_number(awards):
    pages = opened(awards["fi"]).pages

    for number, page in enumerate(pages, start=1):
        text = " ".join(page.extract_text().split())
        assert f"Päätös {number} ({len(pages)}) VN/4711/2026" in text


def test_same_decision_gives_the_same_bytes(rejection):
    assert render_decision(a_rejection("sv")) == rejection


def test_hostile_text_is_printed_or_dropped_and_breaks_nothing(nasty_strings):
    # What reads the text back for us gets lost where a font lacks a letter.
    plain = [words for words in nasty_strings if words.isascii()]
    grounds = Grounds(
        summary="\n\n".join(plain),
        criteria=(CriterionGround("\ud800\x00Kriteeri", "rivi\n" * 500, 45, 6, 30),),
    )

    pdf = render_decision(a_rejection(project_name="\u202eKylä & <b>", grounds=grounds))

    text = text_of(pdf)
    assert "<script>alert(" in text
    assert "DROP TABLE users" in text
    assert "Kriteeri" in text
    assert "\u202e" not in opened(pdf).metadata.title
    assert tags_of(pdf)["Figure"] == 1


def test_letters_of_all_the_world_break_nothing(nasty_strings):
    worldly = [words for words in nasty_strings if not words.isascii()]
    grounds = Grounds(summary="\n\n".join(worldly))

    pdf = render_decision(a_rejection(project_name="Juhla 🎉 עברית", grounds=grounds))

    assert "Juhla 🎉 עברית" in opened(pdf).metadata.title
    assert len(opened(pdf).pages) >= 3


@pytest.fixture(scope="module")
def nasty_strings():
    """Strings that have broken other people's programs."""
    return json.loads(case_path("nasty-strings/blns.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_structure_is_sound_to_another_program(awards, tmp_path):
    path = tmp_path / "decision.pdf"
    path.write_bytes(awards["sv"])

    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False)

    assert checked.returncode == 0
