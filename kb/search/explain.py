"""Why a query got what it got, in words a writer can use."""

from kb.search.engine import Found
from kb.search.generation import Generation

_SHOWN = 10


def explain(found: Found, generation: Generation) -> list[str]:
    """Lines that say how each word was understood, what each result's score is made of, and the verdict."""
    lines = ["words:"]
    for term in found.terms:
        ways = ", ".join(
            f"{'+'.join(generation.terms[number] for number in alternative.terms)}"
            f" ({alternative.way}, {alternative.percent}%)"
            for alternative in term.alternatives
        )
        lines.append(f"  {term.word}: weighs {term.percent}%, rarity {term.rarity:.2f}: {ways or 'unknown'}")
    lines.append("results:")
    for number, one in enumerate(found.ranked[:_SHOWN], 1):
        parts = " + ".join(f"{name} {value:.2f}" for name, value in one.signals.items())
        lines.append(f"  {number}. {generation.slugs[one.article]}: {one.score:.2f} = {parts}")
    lines.append("confidence:")
    lines.append("  " + ", ".join(f"{name} {value:.2f}" for name, value in found.signals.items()))
    lines.append(f"  {found.confidence:.3f}")
    return lines
