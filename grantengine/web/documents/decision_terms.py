"""The terms of an award, as plain values; texts are in the language of the decision.

The numbers in brackets are those of the 21 elements, as in `decision_parts`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grantengine.money import Money, total


class CrowdMoney(StrEnum):
    """How money from the crowd counts; the decision has to say it."""

    SELF_FINANCING = "self_financing"
    INCOME = "income"
    NONE = "none"


class InstalmentOpening(StrEnum):
    """What has to happen before an instalment is paid."""

    ACCEPTANCE = "acceptance"
    CROWD_GOAL = "crowd_goal"
    LEARNING = "learning"


class AidBasis(StrEnum):
    """Whether the grant is aid under the European Union's rules."""

    NONE = "none"
    DE_MINIMIS = "de_minimis"


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """[10] A cost class of the approved plan.

    Attributes:
        cost_class: its name.
        applied: costs in the application.
        approved: costs that are accepted as eligible.
        note: why it differs, or what it is for; may be empty.
    """

    cost_class: str
    applied: Money
    approved: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class Financing:
    """[11] How the total is paid for.

    Attributes:
        share_max_bps: the grant's largest share of eligible costs, in hundredths of a percent.
        self_financing: the recipient's own part of the approved plan, without the crowd's.
        crowd: money expected from the crowd; zero if there is no campaign.
        other: other public and private funding.
        crowd_counts_as: how the crowd's money is counted.
    """

    share_max_bps: int
    self_financing: Money
    crowd: Money
    other: Money
    crowd_counts_as: CrowdMoney = CrowdMoney.SELF_FINANCING


@dataclass(frozen=True, slots=True)
class Instalment:
    """[13] A part of the grant and when it is paid.

    Attributes:
        amount: how much.
        due_on: planned day of payment.
        opens_on: what has to happen before.
    """

    amount: Money
    due_on: date
    opens_on: InstalmentOpening


@dataclass(frozen=True, slots=True)
class Payment:
    """[13] Where, from what and in which parts the grant is paid.

    Attributes:
        payee: name of the account's owner.
        iban: the account, without spaces.
        bic: the bank, if known.
        budget_account: moment of the state budget.
        instalments: in order of payment; they add up to the grant.
    """

    payee: str
    iban: str
    budget_account: str
    instalments: tuple[Instalment, ...]
    bic: str | None = None


@dataclass(frozen=True, slots=True)
class CrowdCondition:
    """[5] The award holds only if the crowd's goal is met by a day."""

    goal: Money
    until: date


@dataclass(frozen=True, slots=True)
class AwardTerms:
    """[5, 9-17] What only a positive decision has.

    Attributes:
        amount: [5] the grant.
        purpose: [9] what the grant may be used for; Markdown.
        budget: [10] the approved plan by cost class.
        financing: [11] share of costs, own part and the crowd's.
        use_from, use_until: [12] first and last day of use.
        payment: [13] account and instalments.
        interim_report_on: [14] day of the interim report, if there is one.
        final_report_on: [14] last day of the final report and the learning card.
        results_licence: [16] licence of the published results.
        accept_by: [17] last day to accept or refuse.
        condition: [5] the crowd's goal, if the award waits for it.
        conditions: [21] special conditions of this grant, each a sentence or more.
        aid_basis: [7] whether this is de minimis aid.

    Raises:
        ValueError: the instalments do not add up to the grant.
    """

    amount: Money
    purpose: str
    budget: tuple[BudgetRow, ...]
    financing: Financing
    use_from: date
    use_until: date
    payment: Payment
    final_report_on: date
    accept_by: date
    interim_report_on: date | None = None
    results_licence: str = "CC BY 4.0"
    condition: CrowdCondition | None = None
    conditions: tuple[str, ...] = ()
    aid_basis: AidBasis = AidBasis.NONE

    def __post_init__(self) -> None:
        """Refuse instalments that promise more or less than the grant."""
        if total(each.amount for each in self.payment.instalments) != self.amount:
            raise ValueError("the instalments do not add up to the grant")

    @property
    def costs_applied(self) -> Money:
        """[10] All costs of the application."""
        return total(row.applied for row in self.budget)

    @property
    def costs_approved(self) -> Money:
        """[10] All eligible costs."""
        return total(row.approved for row in self.budget)

    @property
    def financing_total(self) -> Money:
        """[11] The grant and all that pays the rest."""
        parts = self.financing
        return total((self.amount, parts.self_financing, parts.crowd, parts.other))
