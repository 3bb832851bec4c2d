"""Contact Us: every channel, in the order that fits the problem when one is named."""

from flask import Blueprint, render_template, request

from webapp import linked_data
from webapp.cards import help_with
from webapp.current import QUERY_LENGTH, asked, center
from webapp.offline import contact_words, is_offline

blueprint = Blueprint("contact", __name__)


@blueprint.get("/contact")
def channels() -> str:
    """All channels as cards; `q`, `topic` and `article` say what about, unknown ones are passed over."""
    query = asked()[:QUERY_LENGTH].strip()
    article = center().article(request.args.get("article", ""))
    topic = center().topic(request.args.get("topic", "") or (article.topic if article else ""))
    path = topic.path if topic else ""
    return render_template(
        "contact/channels.html",
        query=query,
        article=article,
        topic=topic,
        words=contact_words() if is_offline() else None,
        prefilled=bool(query or article or topic),
        data=linked_data.contact(center().channels),
        help=help_with(query=query, topic=path, article=article.slug if article else ""),
    )
