"""Words are compared without regard to case and never break the search."""

from grantengine.programme.searching import cleaned, folded, words_of


def test_words_are_folded_and_none_comes_twice():
    assert words_of("  Äänekoski äänekoski  KYYTI ") == ["äänekoski", "kyyti"]


def test_at_most_eight_words_are_looked_for():
    assert words_of(" ".join(f"sana{number}" for number in range(20)))[-1] == "sana7"


def test_control_characters_part_words():
    assert words_of("kyyti\x00bussi\u202ejuna") == ["kyyti", "bussi", "juna"]


def test_nothing_typed_is_no_word():
    assert words_of(None) == []


def test_a_text_is_folded_for_the_search():
    assert folded(["Äänekoski", None, "uusi\nKYYTI"]) == "äänekoski  uusi kyyti"


def test_a_search_that_folds_nothing_keeps_the_case():
    assert cleaned(" Äänekoski\x00 kyyti") == "Äänekoski kyyti"
