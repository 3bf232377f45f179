"""The sentences of the pages in the reader's language: `from grantengine.web.i18n import _`."""

from typing import Any

from flask import Flask
from flask_babel import Babel
from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import escape

from grantengine.web.catalogues import catalogue
from grantengine.web.languages import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    LanguagePrefix,
    alternate_urls,
    begin_request,
    canonical_url,
    current_language,
    end_request,
    force_language,
    page_url,
    public_url_in,
    remember_choice,
    site_root,
)

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "LazyText",
    "_",
    "alternate_urls",
    "current_language",
    "force_language",
    "gettext",
    "init_app",
    "lazy",
    "ngettext",
    "page_url",
    "teach",
]


def gettext(sentence: str, **values: Any) -> str:
    """Say an English sentence in the present language.

    Args:
        sentence: the English sentence, with `%(name)s` where values go.
        values: what to put there; without any, a % in the sentence stays as it is.
    """
    translated = str(catalogue(current_language()).ugettext(sentence))
    return str(translated % values) if values else translated


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """Say a sentence that depends on a count, which is also put in as `%(num)s`."""
    translated = str(catalogue(current_language()).ungettext(singular, plural, num))
    return str(translated % {"num": num, **values})


def lazy(sentence: str, **values: Any) -> "LazyText":
    """Keep a sentence to be said later: labels of forms and tables made at import time."""
    return LazyText(sentence, values)


_ = gettext


class LazyText:
    """A sentence that takes its language when it is written out, not when it is made."""

    def __init__(self, sentence: str, values: dict[str, Any]) -> None:
        """Keep the English sentence and what goes into it."""
        self._sentence = sentence
        self._values = values

    def __str__(self) -> str:
        """Say it in the present language."""
        return gettext(self._sentence, **self._values)

    def __repr__(self) -> str:
        """Show the English source, which is what a log wants."""
        return f"lazy({self._sentence!r})"

    def __mod__(self, values: Any) -> str:
        """Fill in values, as WTForms does with its messages."""
        return str(str(self) % values)

    def __eq__(self, other: object) -> bool:
        """Compare as text."""
        return str(self) == str(other)

    def __hash__(self) -> int:
        """Hash the source, since the text changes with the language."""
        return hash(self._sentence)


def init_app(app: Flask) -> None:
    """Teach the application its languages: prefix, sentences in Jinja, forms, headers."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(begin_request)
    app.after_request(remember_choice)
    app.teardown_request(end_request)
    teach(app.jinja_env)
    app.jinja_env.globals.update(
        alternate_urls=alternate_urls,
        canonical_url=canonical_url,
        languages=LANGUAGES,
        page_url=page_url,
        public_url_in=public_url_in,
        site_root=site_root,
    )
    # Flask-WTF asks Flask-Babel which language the messages of WTForms itself are in.
    Babel(configure_jinja=False).init_app(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="Europe/Helsinki",
        locale_selector=current_language,
    )


def teach(environment: Environment) -> None:
    """Give the templates of an environment their sentences: the pages', and the documents'."""
    environment.add_extension("jinja2.ext.i18n")
    environment.globals.update(
        _=_template_gettext,
        gettext=_template_gettext,
        ngettext=_template_ngettext,
        current_language=current_language,
    )


@pass_eval_context
def _template_gettext(context: EvalContext, sentence: str, /, **values: Any) -> str:
    """Say a sentence in a template as `_` does in code, with the values escaped in a page.

    Jinja's own gettext fills in values even when there are none, so that a plain % breaks it.
    """
    if not (values and context.autoescape):
        return gettext(sentence, **values)
    return escape(gettext(sentence)) % values


@pass_eval_context
def _template_ngettext(
    context: EvalContext, singular: str, plural: str, num: int, /, **values: Any
) -> str:
    translated = str(catalogue(current_language()).ungettext(singular, plural, num))
    sentence = escape(translated) if context.autoescape else translated
    return sentence % {"num": num, **values}
