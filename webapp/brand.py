"""One brand colour in, the accents of both themes out: every pair of them readable (WCAG AA, 4.5:1)."""

from functools import cache

from kb.content.colours import BLACK, RGB, WHITE, hexed, mix, parse, readable

LIGHT_GROUNDS = ("#fbf9f6", "#ffffff", "#f3efe8")
"""The backgrounds of help.css's light theme: --paper, --surface, --sunken."""

DARK_GROUNDS = ("#161412", "#1f1c19", "#282420")
"""The same of its dark theme."""

_PLENTY = 7.5


def stylesheet(colour: str) -> str:
    """CSS that sets the brand's custom properties from a colour written `#rrggbb` or `#rgb`.

    `--brand` is readable on every ground and under `--on-brand`; `--deep` is the dark band at a page's
    top, under white text in both themes. Raises ValueError when `colour` is not such a colour.
    """
    brand = parse(colour)
    light, dark = f":root {{\n{_light(brand)}}}\n", f":root {{\n{_dark(brand)}}}\n"
    return f"{light}@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"


@cache
def theme_colours(colour: str) -> tuple[tuple[str, str], ...]:
    """The colour of the band at a page's top, `--deep`, in each scheme: for the browser around the page."""
    brand = parse(colour)
    return ("light", hexed(_light_band(brand))), ("dark", hexed(_dark_band(brand)))


def _light_band(brand: RGB) -> RGB:
    return readable(brand, [WHITE], BLACK, _PLENTY)


def _dark_band(brand: RGB) -> RGB:
    return mix(_light_band(brand), parse(DARK_GROUNDS[0]), 0.55)


def _light(brand: RGB) -> str:
    tint = mix(brand, WHITE, 0.91)
    accent = readable(brand, [tint, *map(parse, LIGHT_GROUNDS)], BLACK)
    return _declare(
        brand=accent,
        on_brand=WHITE,
        brand_strong=mix(accent, BLACK, 0.25),
        brand_tint=tint,
        brand_line=mix(brand, WHITE, 0.7),
        deep=_light_band(brand),
    )


def _dark(brand: RGB) -> str:
    tint = mix(brand, parse(DARK_GROUNDS[0]), 0.62)
    accent = readable(brand, [tint, *map(parse, DARK_GROUNDS)], WHITE, _PLENTY)
    return _declare(
        brand=accent,
        on_brand=parse(DARK_GROUNDS[0]),
        brand_strong=mix(accent, WHITE, 0.35),
        brand_tint=tint,
        brand_line=mix(brand, parse(DARK_GROUNDS[0]), 0.2),
        deep=_dark_band(brand),
    )


def _declare(**properties: RGB) -> str:
    return "".join(f"  --{name.replace('_', '-')}: {hexed(value)};\n" for name, value in properties.items())
