"""The exhibits of all groups, shown one after the other."""

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.folded import Folded
from analysis.exhibits.prose import Finding, Shown, say_once


class Gallery(dict[str, Exhibit]):
    """The exhibits of all groups, one after the other, by group."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The frames of all groups, one under the other."""
        return pd.concat([each.frame for each in self.values()], ignore_index=True)

    @property
    def finding(self) -> Finding:
        """What they find, one after the other."""
        return Finding("；".join(each.finding for each in self.values()))

    @property
    def folded(self) -> Folded:
        """All that is shown of all groups, folded away under the label."""
        return Folded(next(iter(self.values())).label, [part for each in self.values() for part in each.parts])

    def take(self, *parts: str) -> Shown:
        """Show some parts of every exhibit (see `Exhibit.take`); what is said of all groups alike is said once."""
        return say_once(part for each in self.values() for part in each.take(*parts))

    def _ipython_display_(self) -> None:
        say_once(part for each in self.values() for part in each.parts)._ipython_display_()
