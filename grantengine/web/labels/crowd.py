"""How help besides money is spoken of."""

from grantengine.campaigns.crowd_lifecycle import HelpKind
from grantengine.web.i18n import LazyText, lazy

HELP_KINDS: dict[HelpKind, LazyText] = {
    HelpKind.HOURS: lazy("Hours of work"),
    HelpKind.PREMISES: lazy("Premises to use"),
    HelpKind.SKILLS: lazy("Skills"),
}
