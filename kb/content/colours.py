"""Colours as WCAG 2 measures them, and whether the brand's own can be read."""

import colorsys

from kb.errors import Problem, Severity
from kb.model import Site

RGB = tuple[int, int, int]

WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)

AA = 4.5
"""The least contrast of text that WCAG 2.2 accepts at level AA (success criterion 1.4.3)."""

_ENOUGH = 4.6


def check_brand(site: Site) -> list[Problem]:
    """A warning when the brand colour can't be read on white, with the colour that pages show instead."""
    brand = parse(site.brand_colour)
    found = contrast(brand, WHITE)
    if found >= AA:
        return []
    shown = hexed(readable(brand, [WHITE], BLACK))
    problem = f"'brand_colour' {site.brand_colour} has a contrast of {found:.1f} to 1 on white, not {AA}."
    fix = f"Pages show a darker one of the same hue: write {shown}, or a brand colour that is dark enough."
    return [Problem("seeds/site.yaml", None, problem, fix, Severity.WARNING)]


def parse(colour: str) -> RGB:
    """Red, green and blue of `#rrggbb` or `#rgb`; ValueError for anything else."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6:
        raise ValueError(f"{colour!r} is not a colour. Write it as #2f5d50.")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def mix(colour: RGB, other: RGB, share: float) -> RGB:
    """`colour` with `share` (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def contrast(first: RGB, second: RGB) -> float:
    """The WCAG 2 contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: RGB, grounds: list[RGB], towards: RGB, least: float = _ENOUGH) -> RGB:
    """`colour`, made darker or lighter only as far as it takes to be read on all `grounds`.

    `towards` is black or white. Hue and saturation stay, so that it is still the brand's colour.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    end = 0.0 if towards == BLACK else 1.0
    for step in range(101):
        moved = colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / 100, saturation)
        red, green, blue = (round(part * 255) for part in moved)
        if all(contrast((red, green, blue), ground) >= least for ground in grounds):
            return red, green, blue
    return towards


def _luminance(colour: RGB) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def hexed(colour: RGB) -> str:
    """The colour as CSS writes it: #rrggbb."""
    return "#" + bytes(colour).hex()
