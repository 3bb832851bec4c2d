"""What is packed comes out as it went in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.packed import pack, unpack
from kb.model import Article, Section

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS, st.lists(TEXTS))
def test_texts_and_articles_come_out_as_they_went_in(title: str, html: str, sections: list[str]) -> None:
    article = Article(
        "a", title, "", "a.md", html=html, sections=tuple(Section("x", "X", 2, t) for t in sections)
    )
    assert unpack(pack((article, html, {"more": sections}))) == (article, html, {"more": sections})


@pytest.mark.parametrize("kind", ["uint8", "uint16", "int32", "int64", "float64"])
@pytest.mark.parametrize("shape", [(0,), (5,), (2, 3)])
def test_arrays_come_out_with_their_kind_and_shape(kind: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    found = unpack(pack((array, array[::2])))
    for one, went_in in zip(found, (array, array[::2]), strict=True):
        assert one.dtype == went_in.dtype
        assert one.tolist() == went_in.tolist()
