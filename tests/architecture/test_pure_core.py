"""Files with the shell's fixed names meet the database; all others only compute.

Style rule 2: shell files have fixed names in every package, core files are named for what
they compute. So a core file is known by its name, and a new one is under the rule at once.
"""

import ast

from tests.support.source import PACKAGE, name_of

PACKAGES = ("ledger", "programme", "campaigns", "disbursements", "reviews", "learnings")
SHELL_NAMES = {"models", "queries", "service"}
# Shell files that are named for what they do all the same, each with its reason.
OTHER_SHELL = {
    "campaigns/ceilings": "looks at what a collection has taken, and ends it in time",
    "campaigns/changing": "verbs on pledges that were made",
    "campaigns/checking": "verbs of the steward before a campaign opens",
    "campaigns/closing": "verbs on a campaign whose money is settled",
    "campaigns/deliveries": "reads the rewards that a team has to deliver",
    "campaigns/charging": "verbs on charges, half of the service",
    "campaigns/charge_results": "verbs on charges that were answered, a part of the service",
    "campaigns/collecting": "prepares, calls the payment provider and records",
    "campaigns/content": "verbs on what a campaign consists of, a part of the service",
    "campaigns/content_models": "rewards, pictures, budget and team, models of a file of their own",
    "campaigns/content_plans": "plans that name the row they become",
    "campaigns/crowd_models": "updates, questions and offers, models of a file of their own",
    "campaigns/crowd_queries": "reads updates, questions and offers",
    "campaigns/discovery": "reads campaigns as those who search find them",
    "campaigns/disputes": "verbs on disputes",
    "campaigns/forgetting": "the tasks that delete what is of no use any more",
    "campaigns/hearing": "keeps the provider's events and acts on them",
    "campaigns/managing_models": "models of what backers do with pledges, a file of their own",
    "campaigns/new_cards": "prepares, calls the payment provider and records",
    "campaigns/payment_models": "models of what follows a charge, a file of their own by size",
    "campaigns/payouts": "prepares, calls the payment provider and records",
    "campaigns/reconciling": "records what the payment provider says is so",
    "campaigns/refund_requests": "verbs on requests, and their granting by the provider",
    "campaigns/refunds": "prepares, calls the payment provider and records",
    "campaigns/returning": "books what goes back to backers",
    "campaigns/transfer_queue": "verbs on money that arrived in doubt",
    "campaigns/transfers": "verbs on pledges by bank transfer",
    "campaigns/sweeping": "the task that asks the provider for what no event told",
    "campaigns/checkout": "prepares, calls the payment provider and records",
    "campaigns/events": "names the kernel's root of events",
    "campaigns/limits": "looks at what a campaign still takes",
    "campaigns/invoices": "verbs on pledges by invoice",
    "campaigns/letters": "writes to the outbox",
    "campaigns/pledging": "verbs on pledges, half of the service",
    "campaigns/match_closing": "reckons and books the matches of ended campaigns",
    "campaigns/match_models": "models of matching, a file of their own by size",
    "campaigns/match_queries": "queries of matching, a file of their own by size",
    "campaigns/match_rounds": "queries of the close, a file of their own by size",
    "campaigns/match_rules": "verbs on match rules and pots, a part of the service",
    "campaigns/promising": "books the match with its pledge",
    "campaigns/rewards": "takes rewards from their stock and puts them back",
    "campaigns/search_models": "what campaigns are found by, a model of a file of its own",
    "campaigns/offers": "verbs on needs and offers of help",
    "campaigns/questions": "verbs on questions",
    "campaigns/texts": "columns of texts in several languages, a part of models",
    "campaigns/team": "writes to the team through the outbox",
    "campaigns/updates": "publishes updates, and the task that tells backers of them",
    "campaigns/settlement": "prepares, calls the payment provider and records",
    "disbursements/batches": "the service of payment batches, a file of its own by size",
    "disbursements/lessening": "hears that money went back to backers",
    "disbursements/numbering": "takes numbers from a series in one statement",
    "disbursements/payees": "verbs on payees' accounts, a part of the service",
    "disbursements/payment_moves": "moves a payment with its instalment",
    "disbursements/releases": "the second half of the service of payment batches",
    "disbursements/reporting": "reads what the disbursement report is made of",
    "disbursements/statements": "the service of bank statements, a file of its own by size",
    "disbursements/tracing": "searches instalments and follows them through the ledger",
    "learnings/letters": "writes to the outbox",
    "ledger/audit": "recomputes the whole ledger from its rows",
    "ledger/backup/replay": "writes the rows of a backup down again",
    "ledger/backup/restoring": "puts a backup back and proves it",
    "ledger/backup/writing": "reads what a backup is made of",
    "ledger/batches": "how the service writes many entries down",
    "ledger/closing": "closes accounts and years, a part of the service",
    "ledger/columns": "reads what `running` recounts",
    "ledger/daily": "the tasks that seal each day and free what expired",
    "ledger/flows": "sums transfers between groups of accounts, a part of the queries",
    "ledger/general": "reads the general ledger, a part of the queries",
    "ledger/guards": "reads what the connecting role may do",
    "ledger/holds": "verbs on holds, a part of the service",
    "ledger/periods": "verbs on periods, a part of the service",
    "ledger/posting": "how the service writes entries down on each database",
    "ledger/recount": "recounts transfers within the database, a part of the audit",
    "ledger/side_by_side": "reads over two connections, a part of the audit",
    "ledger/seals": "reads what is to be sealed, a part of the service",
    "ledger/past": "sums of the past, a part of the queries",
    "ledger/statements": "pages of one account, a part of the queries",
    "ledger/journal": "reads entries, half of the ledger's queries",
    "programme/slugs": "asks which slugs are taken",
    "programme/places": "fills the tables of regions and municipalities",
    "programme/funding": "verbs on envelopes of other funders, a part of the service",
    "reviews/applying": "verbs on applications, a third of the service",
    "reviews/assigning": "gives applications their reviewers, a part of the service",
    "reviews/attaching": "verbs on files of applications, a part of the service",
    "reviews/assignment_models": "rows of assignments, models of a file of their own",
    "reviews/attached_models": "rows that hang on an application, models of a file of their own",
    "disbursements/changing": "verbs on a grant after its decision, a part of the service",
    "reviews/aftermath_models": "conditions and requests for review, models of their own file",
    "reviews/conditions": "verbs on conditions of awards, and the task that lets them lapse",
    "reviews/correcting": "verbs on corrections, a part of the service of decisions",
    "reviews/review_requests": "verbs on requests for review",
    "reviews/proposals": "looks at an application before it is proposed, a part of the service",
    "reviews/awarding": "the consequences of an award, half of the service of decisions",
    "reviews/call_models": "models of calls, a file of their own by size",
    "reviews/batch_models": "rows of signing, models of a file of their own",
    "reviews/batching": "verbs on signing many decisions, a part of the service",
    "reviews/calendar": "the task that opens and closes calls",
    "reviews/card_record": "writes a card into its application",
    "reviews/deciding": "verbs on decisions, a third of the service",
    "reviews/fits": "reads how well reviewers fit applications, a part of the queries",
    "reviews/loads": "reads how much work reviewers have, a part of the queries",
    "reviews/judges": "reads what binds reviewers and applications, a part of the queries",
    "reviews/note_models": "rows of the panel's notes, models of a file of their own",
    "reviews/noting": "verbs on notes of the panel, a part of the service",
    "reviews/pool_models": "rows of the pool of reviewers, models of a file of their own",
    "reviews/pooling": "verbs on the pool of reviewers, a part of the service",
    "reviews/letters": "writes to the outbox",
    "reviews/managing": "reads calls as those who make them see them",
    "reviews/issued_models": "documents as they were issued, a model of a file of its own",
    "reviews/issuing": "keeps and finds issued documents",
    "reviews/question_models": "versions of questions, models of a file of their own",
    "reviews/questioning": "verbs on the questions of a call, a part of the service",
    "reviews/draw_models": "the row of a draw, models of a file of their own",
    "reviews/drawing": "verbs on the draw of lots, a part of the service",
    "reviews/screening": "verbs on findings of screening, a part of the service",
    "reviews/sending": "keeps and reads what was sent, a part of the service",
    "reviews/sent_models": "rows of what was sent, models of a file of their own",
    "reviews/screening_models": "models of screening, a file of their own by size",
    "reviews/selecting": "keeps and reads the rules of selection, a part of the service",
    "reviews/selection_models": "the row of rules, models of a file of their own",
    "reviews/together": "verbs on applying together, a part of the service",
    "reviews/together_models": "who applies together, a model of a file of its own",
    "reviews/reviewing": "verbs on reviews, a third of the service",
    "reviews/standings": "reads rankings and draws, a part of the queries",
}
OUTSIDE_WORLD = {
    "alembic",
    "flask",
    "httpx",
    "os",
    "procrastinate",
    "psycopg",
    "random",
    "requests",
    "secrets",
    "socket",
    "sqlalchemy",
    "structlog",
    "subprocess",
    "time",
    "urllib",
    "uuid",
}
KERNEL_SHELL = {"db", "events", "history", "leases", "migrate", "outbox", "settings", "tasks"}


def key_of(path):
    return str(path.relative_to(PACKAGE).with_suffix(""))


def is_core(path):
    return path.stem not in SHELL_NAMES | {"__init__"} and key_of(path) not in OTHER_SHELL


def imports_of(path):
    """List the dotted names that a file imports: `a.b` and, for `from a import b`, also `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_impure(name):
    top, *rest = name.split(".")
    if top != "grantengine":
        return top in OUTSIDE_WORLD
    if len(rest) == 1:
        return rest[0] in KERNEL_SHELL
    return rest[:1] != [] and (rest[0] in KERNEL_SHELL or is_shell_module(rest))


def is_shell_module(parts):
    return parts[1] in SHELL_NAMES or "/".join(parts[:2]) in OTHER_SHELL


CORE_FILES = [
    path
    for package in PACKAGES
    for path in sorted((PACKAGE / package).rglob("*.py"))
    if is_core(path)
]


def test_core_files_meet_no_outside_world():
    impure = {name_of(path): set(filter(is_impure, imports_of(path))) for path in CORE_FILES}

    assert {name: met for name, met in impure.items() if met} == {}


def test_exceptions_are_still_needed():
    paths = {key: (PACKAGE / key).with_suffix(".py") for key in OTHER_SHELL}

    assert [key for key, path in paths.items() if not any(map(is_impure, imports_of(path)))] == []
