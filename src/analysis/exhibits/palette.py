"""The colours of pages and charts, each by what it means, for light and for dark; apart from all that draws."""

from collections.abc import Mapping

PALETTE: Mapping[str, tuple[str, str]] = {
    "ink": ("#1d2733", "#e4e8ec"),
    "muted": ("#55606d", "#a9b3be"),
    "mark": ("#7f8a96", "#78838f"),
    "line": ("#d5dae0", "#36404b"),
    "shade": ("#f3f5f7", "#1d242c"),
    "paper": ("#ffffff", "#14191f"),
    "rise": ("#b4452f", "#f0957d"),
    "fall": ("#2c6e9b", "#7db8e3"),
    "warn": ("#8a4b00", "#f0c274"),
    "grade-0": ("#1d5c5a", "#93d6cb"),
    "grade-1": ("#387471", "#7bbdb2"),
    "grade-2": ("#4a8079", "#5a9a91"),
    "grade-3": ("#6fa39c", "#3c716b"),
    "grade-4": ("#92b7af", "#365b57"),
    "grade-5": ("#b5ccc3", "#304a48"),
    "grade-6": ("#d8e0d6", "#2b3a3a"),
    "part-0": ("#3c4856", "#c3ccd5"),
    "part-1": ("#a9b4bf", "#5d6a77"),
    "part-2": ("#66737f", "#97a3af"),
    "part-3": ("#cfd6dc", "#434e59"),
    "part-4": ("#505d6a", "#adb8c2"),
    "part-5": ("#bcc5cd", "#505c68"),
    "part-6": ("#737f8b", "#828e9a"),
    "part-7": ("#e2e6ea", "#353f49"),
    "part-8": ("#46525f", "#b8c2cb"),
    "part-9": ("#c6ced5", "#4a5561"),
}
"""By name, on white paper and on a dark screen: words and lines in greys, rise and fall, warnings; grades from the best
to the worst in one tone; parts in greys, neighbours apart. What is dark on the one is light on the other, so that words
written on a colour can be read on both."""

VARIABLES: Mapping[str, str] = {both[0]: f"var(--{name})" for name, both in PALETTE.items()}
"""What a page calls each colour that is drawn as it is on white paper, so that it is another on a dark screen."""


def light(name: str) -> str:
    """Return a colour as it is on white paper, where drawings begin."""
    return PALETTE[name][0]


def declare_colours() -> str:
    """Write the colours as CSS variables, those of dark screens after those of all others."""
    days, nights = (" ".join(f"--{name}: {both[night]};" for name, both in PALETTE.items()) for night in (False, True))
    return f":root {{ {days} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {nights} }} }}"
