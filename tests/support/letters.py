"""Every letter that the house sends, with facts to write it out."""

from tests.support.source import PACKAGE

FOLDER = PACKAGE / "web" / "templates" / "emails"
NAMES = sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.subject.txt"))

REWARD = {
    "title": "Ruisleipä",
    "price_cents": 5000,
    "vat_rate_bps": 1350,
    "vat_cents": 595,
    "delivered_on": "2027-03-01",
    "seller": "Mayan leipomo ry",
}
# What any letter may say; each takes what it needs.
FACTS = {
    "amount_cents": 5000,
    "answer_due_at": "2026-11-20T12:00:00+02:00",
    "answer": "Perjantaina & lauantaina.\n\nTule <katsomaan>!",
    "application_id": "apl_1",
    "call_title": "Pienet kokeilut",
    "ceiling_cents": 1000000,
    "campaign_slug": "mayan-leipomo",
    "campaign_title": "Mayan leipomo",
    "case_number": "KS/2026/00001",
    "closes_at": "2026-10-14T13:15:00+00:00",
    "collected_cents": 45000,
    "contact": "maya@example.fi",
    "contact_name": "Maya",
    "deadline_at": "2026-10-16T20:59:00+00:00",
    "decision_id": "dec_1",
    "due_at": "2026-10-18T12:00:00+00:00",
    "email": "eero@example.fi",
    "experiment_slug": "mayan-leipomo",
    "experiment_title": "Mayan leipomo",
    "goal_cents": 50000,
    "hours": 6,
    "due_on": "2026-10-01",
    "invoice_number": "2026-00001",
    "is_by_transfer": False,
    "is_charged_at_once": False,
    "is_checked": True,
    "is_funded": True,
    "is_late": False,
    "last_at": "2026-10-30T12:00:00+02:00",
    "legal_number": None,
    "match_cents": 2500,
    "name": "Eero",
    "note": "Luvan numero puuttuu.",
    "narrator": "leipuri",
    "offer": "Leivon torstaisin.",
    "outcome": "kept",
    "paid_cents": 5000,
    "reward": None,
    "question": "Milloin uuni <avataan>?",
    "reason": "Maksoin <kahdesti>.",
    "reference": "1009 9001",
    "request_id": "rvr_1",
    "result": "rejected",
    "returned_cents": 2000,
    "review_id": "rev_1",
    "thanks": "Kiitos Eero!",
    "title": "Lainaamo",
    "token": "salainen",
    "until_at": "2026-12-31T12:00:00+02:00",
    "update_id": "upd_1",
    "update_language": "fi",
    "update_text": "Se **painaa** 400 kiloa.\n\n- se mahtui ovesta\n- lukko ei",
    "update_title": "Uuni tuli",
}
# Letters that say different things in different cases: the case, and what is otherwise in it.
CASES = {
    "campaign_checked": {"returned": {"is_checked": False}},
    "campaign_ended": {"failed": {"is_funded": False}},
    "learning_published": {
        "confirmed": {"result": "confirmed"},
        "unclear": {"result": "unclear"},
    },
    "pledge_collected": {"at_once": {"is_charged_at_once": True}},
    "pledge_receipt": {"reward": {"reward": REWARD}, "unmatched": {"match_cents": 0}},
    "campaign_failed": {"transfer": {"is_by_transfer": True}},
    "pledge_refunded": {"transfer": {"is_by_transfer": True}},
    "pledge_withdrawn": {"transfer": {"is_by_transfer": True}},
    "review_request_answered": {"changed": {"outcome": "changed"}},
    "review_request_received": {"late": {"is_late": True}},
    "offer_made": {"skills": {"hours": None}},
}
# What is otherwise in any letter about a collection.
COLLECTION = {"legal_number": "RA/2026/1"}
# Letters about a campaign, and one about an experiment that may have had one.
OF_CAMPAIGNS = [
    name
    for name in NAMES
    if name == "learning_published"
    or "campaign_title" in (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
]
# Facts that belong to one letter alone.
OWN_FACTS = {"update_published": {"unsubscribes": ["cmp_1", "maija@example.fi"]}}


def letters():
    """List what is written out: name of the letter, its case or an empty text, its facts."""
    for name in NAMES:
        facts = FACTS | OWN_FACTS.get(name, {})
        yield name, "", facts
        for case, changed in CASES.get(name, {}).items():
            yield name, case, facts | changed
        if name in OF_CAMPAIGNS:
            yield name, "collection", facts | COLLECTION
