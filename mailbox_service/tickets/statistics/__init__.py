"""The figures, each with its definition where it is computed. A figure counts only what its reader may see.

`overview` today's numbers and the month's promises, as of this moment. A rate of nothing is None:
an empty month is neither good nor bad.
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
