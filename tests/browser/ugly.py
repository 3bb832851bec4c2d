"""Fifteen articles that try what a page can bear: far too long, too wide, too deep, or hardly there."""

import json
import struct
import zlib
from collections.abc import Callable, Iterator

_WORDS = (
    "parcel courier doorstep refund mug kettle lamp receipt account password delivery window neighbour "
    "signature barcode voucher exchange warehouse tracking notification weekday postcode chair blanket"
).split()


def png(width: int, height: int) -> bytes:
    """A picture of diagonal stripes (PNG, ISO/IEC 15948: signature, IHDR, IDAT, IEND)."""
    rows = b"".join(
        b"\0" + bytes(part for x in range(width) for part in _stripe(x + y)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _stripe(place: int) -> tuple[int, int, int]:
    return (47, 93, 80) if place // 24 % 2 else (226, 236, 231)


def _sentences(count: int) -> Iterator[str]:
    """`count` sentences of the shop's words, always the same ones."""
    place = 7
    for number in range(count):
        length = 6 + number * 5 % 13
        words = []
        for _ in range(length):
            place = (place * 1103515245 + 12345) % 2**31
            words.append(_WORDS[place % len(_WORDS)])
        yield " ".join(words).capitalize() + "."


def _four_thousand_words() -> str:
    sentences = list(_sentences(340))
    paragraphs = [" ".join(sentences[start : start + 5]) for start in range(0, len(sentences), 5)]
    return "\n\n".join(
        f"## Part {number // 8 + 1}\n\n{text}" if number % 8 == 0 else text
        for number, text in enumerate(paragraphs)
    )


def _eighty_headings() -> str:
    levels = ("##", "###", "###", "####")
    return "\n\n".join(
        f"{levels[number % 4]} Step {number + 1} of eighty, in a heading of some length\n\n{text}"
        for number, text in enumerate(_sentences(80))
    )


def _thirty_columns() -> str:
    columns = range(1, 31)
    rows = [
        [f"Column {column}" for column in columns],
        ["---"] * len(columns),
        *[[f"row {row}, cell {column}" for column in columns] for row in range(1, 13)],
    ]
    wide = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"Before the table.\n\n{wide}\n\nAfter it.\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n"


def _deep_lists() -> str:
    nested = "\n".join(
        f"{'    ' * depth}{'1.' if depth % 2 else '-'} Level {depth + 1}" for depth in range(9)
    )
    quotes = "\n".join(f"{'>' * depth} Quoted {depth} times over." for depth in range(1, 7))
    tasks = "\n".join(f"{'    ' * depth}- [{' x'[depth % 2]}] Task {depth + 1}" for depth in range(9))
    return f"{nested}\n\nThen tasks.\n\n{tasks}\n\nThen quotes within quotes.\n\n{quotes}\n"


def _callouts() -> str:
    kinds = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
    alerts = "\n\n".join(f"> [!{kind}]\n> What a {kind.lower()} says.\n>\n> - and a list" for kind in kinds)
    own = "\n\n".join(
        f'!!! {kind.lower()} "A title of its own, with `code` in it"\n    Inside, a table:\n\n'
        "    | a | b |\n    |---|---|\n    | 1 | 2 |"
        for kind in kinds
    )
    folded = "\n\n".join(f"??? {kind.lower()}\n    - [ ] Folded" for kind in kinds)
    return f"{alerts}\n\n## With titles\n\n{own}\n\n## Folded\n\n{folded}\n"


_LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
_ADDRESS = "https://shop.example/a/very/long/address/" + "that-never-ends-" * 14 + "?and=so&on=%20%20"

ARTICLES: dict[str, tuple[str, Callable[[], str] | str]] = {
    "four-thousand-words": ("Four thousand words about parcels", _four_thousand_words),
    "eighty-headings": ("Eighty headings", _eighty_headings),
    "thirty-columns": ("A table of thirty columns", _thirty_columns),
    "all-images": (
        "Nothing but pictures",
        '![Stripes, wide](wide.png "A wide picture with a caption that is long enough to need two lines")\n\n'
        "![Stripes, tall](tall.png)\n\n![Stripes, tiny](tiny.png) ![Stripes, tiny again](tiny.png)\n\n"
        "## Below\n\n![Stripes, set to 120 pixels](wide.png){width=120}\n\n"
        "[![Stripes that lead somewhere](tall.png)](thirty-columns.md)\n",
    ),
    "huge-image": ("One huge picture", "Look:\n\n![Stripes without end](huge.png)\n\nThat was it."),
    "arabic": (
        "كيف أتتبع طلبي؟",
        "افتح **طلباتي** واختر `Track`، ثم اتبع الخطوات.\n\n## مع حساب\n\n1. سجّل الدخول.\n2. اختر الطلب HF-204815.\n"
        "\n## بدون حساب\n\n> [!WARNING]\n> لا تشارك رقم الطلب.\n\n| الخطوة | اليوم |\n|---|---|\n| شُحن | الاثنين |\n"
        "\n## للمساعدة\n\nاكتب إلى <mailto:help@shop.example> أو https://shop.example/ar.\n\n```\nGET /orders/HF-204815\n```\n",
    ),
    "mixed-directions": (
        "Hebrew עברית and English in one title",
        "English first, then עברית, then English.\n\nעברית קודם, then English.\n\n- פריט ראשון\n- second item\n"
        "\n## כותרת\n\nA line in English under a Hebrew heading.\n",
    ),
    "emoji": (
        "📦 Where’s my 🎁? 👩‍👩‍👧‍👦",
        "😀 **Hello** 👋🏽!\n\n## 🚚💨\n\n- 🥇 First\n- 🥈 Second\n\n## ⚠️ Warning\n\n> [!TIP]\n> 🎉🎉🎉\n\n## 🚚💨\n\n🏁",
    ),
    "only-code": (
        "Only code",
        "```\n"
        + "curl --silent --location --header 'Accept: application/json' " * 3
        + "\n\tindented\n```\n\n```python\nfor parcel in parcels:\n    print(parcel)\n```\n",
    ),
    "long-words": (
        f"A title with {_LONG} in it",
        f"{_LONG} and **{_LONG}** and `{_LONG}`.\n\n## {_LONG}\n\n- {_LONG}\n\n<{_ADDRESS}>\n\n[{_ADDRESS}]({_ADDRESS})\n"
        f"\n> {_LONG}\n\n| a | b |\n|---|---|\n| {_LONG} | {_ADDRESS} |\n\n### Two\n\n### Three\n",
    ),
    "deep-lists": ("Lists and quotes, nine deep", _deep_lists),
    "hardly-anything": ("?", "."),
    "raw-html": (
        "Raw HTML",
        '<div style="width:3000px;position:fixed" onclick="alert(1)">A div</div>\n\n<script>alert(1)</script>\n\n'
        "<center><font size=7>Big</font></center>\n\n<table><tr><td>No head</td><td>at all</td></tr></table>\n\n"
        "<details><summary>More, <b>folded</b></summary>\n\nInside, *Markdown*:\n\n- one\n- two\n\n</details>\n\n"
        '<details open markdown="1"><summary>Open</summary>\n\nText.\n\n</details>\n\n'
        "<p>Never closed <b>bold <i>both\n\nH<sub>2</sub>O and <kbd>Ctrl</kbd> + <kbd>C</kbd> <mark>marked</mark>\n",
    ),
    "footnotes": (
        "Footnotes and definitions",
        "Refunds[^time] take a while[^long].\n\nParcel\n:   What we send.\n\nCourier\n:   Who brings it.\n"
        ":   Sometimes a neighbour.\n\n[^time]: See [refund times](thirty-columns.md).\n"
        "[^long]: A long note.\n\n    With a second paragraph.\n\n## After them\n\nText[^time].\n",
    ),
    "many-callouts": ("Callouts after callouts", _callouts),
}
"""Title and text by slug."""


def files() -> dict[str, str | bytes]:
    """The articles and their pictures, by path below a help center's root."""
    found: dict[str, str | bytes] = {
        f"articles/ugly/{slug}.md": f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\nupdated: 2026-11-01\n---\n"
        + (text if isinstance(text, str) else text())
        for slug, (title, text) in ARTICLES.items()
    }
    sizes = {"wide": (900, 200), "tall": (200, 900), "tiny": (24, 24), "huge": (3200, 1200)}
    return found | {f"articles/ugly/{name}.png": png(*size) for name, size in sizes.items()}
