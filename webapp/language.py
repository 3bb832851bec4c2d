"""The language of the pages, for texts, dates and numbers: the one that `seeds/site.yaml` names.

Texts stand in templates and code in English and are looked up by gettext. A catalogue for another
language is `<locale>/LC_MESSAGES/messages.mo` in a help center's own `seeds/translations/`; what it
does not have stays English. What seeds and articles say is their writers' and is never translated.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel import Locale
from flask import Flask, current_app
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_MOST_TEXTS = 1000
"""Texts of templates that are looked up once; there are some three hundred."""


def install(app: Flask, tag: str, catalogues: Path | None) -> Locale:
    """Makes `app` speak the language of the BCP 47 `tag`, with the folder of `catalogues` if there is one.

    Raises babel.UnknownLocaleError for a language that Unicode's CLDR does not know; seeds have none such.
    """
    spoken = Locale.parse(tag, sep="-")
    # Flask-Babel would look for a relative folder below the application's own.
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogues.absolute() if catalogues else "")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    Babel(app, locale_selector=lambda: spoken)  # type: ignore[no-untyped-call]
    text_of = lru_cache(_MOST_TEXTS)(lambda text: get_translations().ugettext(text))
    app.extensions["text_of"] = text_of
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's extension i18n
        text_of,
        lambda one, many, count: get_translations().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _short(text_of)
    return spoken


def _short(text_of: Callable[[str], str]) -> Callable[..., str]:
    """What `_` is in templates: as Jinja's own, which asks three others in turn, some twenty times a page."""

    @pass_eval_context
    def short(context: EvalContext, text: str, **values: object) -> str:
        if not context.autoescape:
            return text_of(text) % values
        return html_of(text) % values if values else plain(text)

    @lru_cache(_MOST_TEXTS)
    def html_of(text: str) -> Markup:
        return Markup(text_of(text))  # noqa: S704  as Jinja has it: a translation is HTML, what fills it is not

    @lru_cache(_MOST_TEXTS)
    def plain(text: str) -> Markup:
        return html_of(text) % {}

    return short


def gettext(text: str, **values: object) -> str:
    """`text` in the language of the page in hand, with its `%(name)s` filled by `values`, if there are any.

    As Flask-Babel's own, which asks for the locale anew for each text: some thirty times on a page.
    """
    found: str = current_app.extensions["text_of"](text)
    return found % values if values else found


def locale() -> Locale:
    """The locale of the page in hand."""
    return get_locale() or Locale("en")
