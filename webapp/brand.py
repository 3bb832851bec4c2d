"""One brand colour in, the accents of both themes out: every pair of them readable (WCAG AA, 4.5:1)."""

import colorsys

RGB = tuple[int, int, int]

LIGHT_GROUNDS = ("#fbf9f6", "#ffffff", "#f3efe8")
"""The backgrounds of help.css's light theme: --paper, --surface, --sunken."""

DARK_GROUNDS = ("#161412", "#1f1c19", "#282420")
"""The same of its dark theme."""

_WHITE: RGB = (255, 255, 255)
_BLACK: RGB = (0, 0, 0)
_ENOUGH = 4.6
_PLENTY = 7.5


def stylesheet(colour: str) -> str:
    """CSS that sets the brand's custom properties from a colour written `#rrggbb` or `#rgb`.

    `--brand` is readable on every ground and under `--on-brand`; `--deep` is the dark band at a page's
    top, under white text in both themes. Raises ValueError when `colour` is not such a colour.
    """
    brand = parse(colour)
    light, dark = f":root {{\n{_light(brand)}}}\n", f":root {{\n{_dark(brand)}}}\n"
    return f"{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n"


def theme_colours(colour: str) -> tuple[tuple[str, str], ...]:
    """The colour of the band at a page's top, `--deep`, in each scheme: for the browser around the page."""
    brand = parse(colour)
    return ("light", _hexed(_light_band(brand))), ("dark", _hexed(_dark_band(brand)))


def _light_band(brand: RGB) -> RGB:
    return readable(brand, [_WHITE], _BLACK, _PLENTY)


def _dark_band(brand: RGB) -> RGB:
    return mix(_light_band(brand), parse(DARK_GROUNDS[0]), 0.55)


def _light(brand: RGB) -> str:
    tint = mix(brand, _WHITE, 0.91)
    accent = readable(brand, [tint, *map(parse, LIGHT_GROUNDS)], _BLACK)
    return _declare(
        brand=accent,
        on_brand=_WHITE,
        brand_strong=mix(accent, _BLACK, 0.25),
        brand_tint=tint,
        brand_line=mix(brand, _WHITE, 0.7),
        deep=_light_band(brand),
    )


def _dark(brand: RGB) -> str:
    tint = mix(brand, parse(DARK_GROUNDS[0]), 0.62)
    accent = readable(brand, [tint, *map(parse, DARK_GROUNDS)], _WHITE, _PLENTY)
    return _declare(
        brand=accent,
        on_brand=parse(DARK_GROUNDS[0]),
        brand_strong=mix(accent, _WHITE, 0.35),
        brand_tint=tint,
        brand_line=mix(brand, parse(DARK_GROUNDS[0]), 0.2),
        deep=_dark_band(brand),
    )


def _declare(**properties: RGB) -> str:
    return "".join(f"  --{name.replace('_', '-')}: {_hexed(value)};\n" for name, value in properties.items())


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
    end = 0.0 if towards == _BLACK else 1.0
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


def _hexed(colour: RGB) -> str:
    return "#" + bytes(colour).hex()
