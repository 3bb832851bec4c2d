"""Contact Us: every channel, in the order that fits the problem when one is named."""

from functools import partial

from flask import Blueprint, render_template, request

from webapp import linked_data
from webapp.cards import help_with
from webapp.current import asked, center, tried
from webapp.offline import contact_words, is_offline

blueprint = Blueprint("contact", __name__)


@blueprint.get("/contact")
def channels() -> str:
    """All channels as cards; `q`, `topic` and `article` say what about, `tried` what was read.

    Unknown ones are passed over.
    """
    query = asked()
    article = center().article(request.args.get("article", ""))
    topic = center().topic(request.args.get("topic", "") or (article.topic if article else ""))
    path = topic.path if topic else ""
    read = tried(article)
    for_a_problem = bool(query or article or topic)
    return render_template(
        "contact/channels.html",
        query=query,
        article=article,
        topic=topic,
        words=contact_words() if is_offline() else None,
        for_a_problem=for_a_problem,
        prefilled=for_a_problem or bool(read),
        data=partial(linked_data.contact, center().channels),
        help=help_with(query=query, topic=path, article=article.slug if article else "", tried=read),
    )
