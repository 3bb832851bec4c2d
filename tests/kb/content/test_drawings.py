"""SVG files beside articles: drawings are served, and what could run a script is named with its line."""

from pathlib import Path

import pytest

from kb.content.drawings import fault_in
from kb.content.library import read_library

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{more}>\n{inside}\n</svg>'


def drawing(
    folder: Path, inside: str = "", more: str = "", before: str = "", encoding: str = "utf-8"
) -> Path:
    file = folder / "box.svg"
    file.write_bytes((before + SVG.format(inside=inside, more=more)).encode(encoding))
    return file


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<script>alert(1)</script>", "holds a script."),
        ('<s:script xmlns:s="http://www.w3.org/2000/svg" href="x.js"/>', "holds a script."),
        (
            '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/></foreignObject>',
            "holds another page's content, or a form ('iframe').",
        ),
        ('<rect onclick="alert(1)"/>', "runs a script ('onclick')."),
        ('<a href="java&#115;cript:alert(1)">x</a>', "runs a script ('href' is a 'javascript:' address)."),
        ('<a xlink:href=" JavaScript:x">x</a>', "runs a script ('href' is a 'javascript:' address)."),
        (
            '<a><set attributeName="href" to="java&#10;script:x"/></a>',
            "runs a script ('to' is a 'javascript:' address).",
        ),
    ],
)
def test_what_could_run_a_script_is_named_with_its_line(inside: str, problem: str, tmp_path: Path) -> None:
    fault = fault_in(drawing(tmp_path, inside))
    assert fault
    assert (fault.line, fault.problem) == (2, problem)


@pytest.mark.parametrize(
    ("before", "inside", "encoding"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "&#60;script>x&#60;/script>">]>', "&a;", "utf-8"),
        ('<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>', "", "utf-8"),
        ('<!DOCTYPE svg [<!ENTITY % p SYSTEM "x"> %p; <!ENTITY a "<script>x</script>">]>', "&a;", "utf-8"),
        ('<!DOCTYPE svg [<!ENTITY % p SYSTEM "x"> %p; <!ATTLIST svg onload CDATA "x">]>', "", "utf-8"),
        ("<!DOCTYPE svg [<!ENTITY % p \"<!ENTITY a '<script>x</script>'>\"> %p;]>", "&a;", "utf-8"),
        ('<!DOCTYPE svg SYSTEM "x" [%p; <!ENTITY a "<script>x</script>">]>', "&a;", "utf-8"),
        ('<?xml-stylesheet type="text/xsl" href="data:text/xml,x"?>', "", "utf-8"),
        ("""<?xml-stylesheet type="text/xsl" href='a.svg?type="text/css"'?>""", "", "utf-8"),
        ('<?xml version="1.0" encoding="utf-16"?>', "<script>x</script>", "utf-16"),
        ("", "<script>x</script><g>", "utf-8"),
        ("", "<g></svg>", "utf-8"),
    ],
)
def test_however_a_script_is_written_it_is_found(
    before: str, inside: str, encoding: str, tmp_path: Path
) -> None:
    assert fault_in(drawing(tmp_path, inside, "", before, encoding))


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        ("", '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">A label</p></foreignObject>'),
        ("", "<title>On javascript</title><g><path d='M0 0'/></g>"),
        ("", "<style>a:hover { fill: red }</style><a href='https://shop.example/'>Shop</a>"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><?xml-stylesheet type="text/css" href="a.css"?>', ""),
        ('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [<!ENTITY a "b">]>', "<g>&a;</g>"),
        ('<!DOCTYPE svg [<!ENTITY ns "http://ns.adobe.com/">]>', '<g xmlns:i="&ns;" i:onlayer="yes"/>'),
    ],
)
def test_a_drawing_may_be_served(before: str, inside: str, tmp_path: Path) -> None:
    assert fault_in(drawing(tmp_path, inside, before=before)) is None


def test_a_drawing_that_was_mended_may_be_served(tmp_path: Path) -> None:
    assert fault_in(drawing(tmp_path, "<script/>"))
    assert fault_in(drawing(tmp_path)) is None


def test_it_is_a_problem_of_the_articles_whether_one_shows_it_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\nText.\n")
    drawing(tmp_path, '<rect onclick="x()"/>')
    (problem,) = [one for one in read_library(tmp_path).problems if "svg" in one.path]
    assert str(problem) == (
        f"{tmp_path.name}/box.svg:2: runs a script ('onclick'). So it is not served. "
        "Remove it, or save the drawing as PNG."
    )
