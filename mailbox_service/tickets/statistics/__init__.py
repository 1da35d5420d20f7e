"""The figures (DOMAIN §7), each with one definition for managers, exports, the report and the public.

What pages use: `period` the days asked for · `slices` by what, and of which letters · `figures` every figure by name,
its values and how they add up · `read` reports, comparisons, trends and what is open · `behind` the letters behind a
number · `overview` today's numbers · `public` what everybody may know. Under them: `facts` decides what counts,
`measures` names it, `kept` holds facts and sums in step with the letters, `counting` reads facts one by one.

A figure is in nobody's list when its letter is restricted or complains about somebody. A rate of nothing is None: an
empty month is neither good nor bad.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    kept: int
    n: int

    @property
    def share(self) -> float | None:
        """0 to 1; None when there was nothing to keep."""
        return self.kept / self.n if self.n else None
