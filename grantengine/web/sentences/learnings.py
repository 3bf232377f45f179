"""What the refusals of `learnings` say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText

SENTENCES: dict[str, tuple[int, LazyText]] = {}
