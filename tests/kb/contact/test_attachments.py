"""Attachments: what they are by content, and names that do no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.contact.attachments import MEDIA_TYPES, Attachment, harmless_name, media_type

REST = bytes(60)
TAKEN = {
    "image/jpeg": b"\xff\xd8\xff\xe1\x00\x10Exif\x00" + REST,
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + REST,
    "image/gif": b"GIF89a" + REST,
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 " + REST,
    "image/heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + REST,
    "image/heif": b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf" + REST,
    "application/pdf": b"%PDF-1.7\n" + REST,
}
REFUSED = {
    "a web page": b"<!doctype html><html><script>alert(1)</script>",
    "a drawing with scripts": b'<svg xmlns="http://www.w3.org/2000/svg"><script>',
    "a program": b"MZ\x90\0" + REST,
    "an archive": b"PK\x03\x04" + REST,
    "a film": b"\0\0\0\x18ftypmp42" + REST,
    "a film of a phone": b"\0\0\0\x14ftypqt  \0\0\0\0qt  heic" + REST,
    "a picture of another kind": b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif" + REST,
    "text": b"hello",
    "nothing": b"",
}


def test_every_type_taken_is_known_by_its_content() -> None:
    assert {kind: media_type(content) for kind, content in TAKEN.items()} == {
        kind: kind for kind in MEDIA_TYPES
    }


@pytest.mark.parametrize(
    "brands",
    ["heic mif1", "heix mif1", "heim mif1", "heis mif1", "hevc msf1", "hevx msf1", "mif1 heic", "msf1 hevc"],
)
def test_phones_photos_are_taken_whatever_brand_they_begin_with(brands: str) -> None:
    major, other = brands.encode().split()
    content = b"\0\0\0\x18ftyp" + major + b"\0\0\0\0mp41" + other + b"\0\0\0\x08meta" + REST
    assert media_type(content) == "image/heic"


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_whatever_else_it_may_be_is_refused(content: bytes) -> None:
    assert media_type(content) == ""


@given(st.binary(max_size=200))
def test_any_content_gets_a_type_or_none(content: bytes) -> None:
    assert media_type(content) in {"", *MEDIA_TYPES}


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("mug.png", "mug.png"),
        ("mug.PNG", "mug.png"),
        ("mug.png.exe", "mug.png.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\photos\\mug.png", "mug.png"),
        ('a"b<c>\r\nX: y.png', "a b c X y.png"),
        ("", "attachment.png"),
        ("...", "attachment.png"),
        ("Überraschung 2.png", "Überraschung 2.png"),
    ],
)
def test_a_name_loses_what_could_do_harm(name: str, harmless: str) -> None:
    assert harmless_name(name, "image/png") == harmless


@given(st.text())
def test_no_name_has_folders_or_line_ends(name: str) -> None:
    made = harmless_name(name, "application/pdf")
    assert made.isprintable()
    assert not set(made) & set('/\\"<>')
    assert made.endswith(".pdf")


def test_a_long_name_still_names_a_file_in_any_script() -> None:
    made = harmless_name("写真" * 100 + ".jpg", "image/jpeg")
    assert len(f"K7QF-M2X7-1-{made}".encode()) < 255
    assert made == "写真" * 20 + ".jpg"


def test_its_content_stays_out_of_logs() -> None:
    assert "secret" not in repr(Attachment("a.png", "image/png", b"secret"))
