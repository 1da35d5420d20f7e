"""Change the rules in small ways, and see whether a test notices each change.

Those that no test notices must stand in tests/mutants-that-live.txt with the reason why they may:

    mailbox_service.city.workdays.add
    - if days < 0:
    + if days <= 0:
    because nothing asks for zero days

Fails when a mutant lives that is not named there, or when one named there no longer does.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

MUTMUT = Path(sys.executable).with_name("mutmut")
NAMED = Path("tests/mutants-that-live.txt")
LIVES = re.compile(r"^\s*(\S+): (?:survived|no tests)$", re.MULTILINE)


def main() -> int:
    """Run mutmut on the rules and compare who lives with who may."""
    ran = subprocess.run([MUTMUT, "run", "--max-children", "2"], check=False)
    if ran.returncode:
        return ran.returncode
    living = {described(name) for name in LIVES.findall(said("results"))}
    allowed = {without_reason(block) for block in blocks(NAMED.read_text("utf-8"))}
    for mutant in sorted(living - allowed):
        print(f"No test notices:\n{mutant}\n")
    for mutant in sorted(allowed - living):
        print(f"Named in {NAMED}, but a test notices it now:\n{mutant}\n")
    print(f"{len(living)} mutants live, {len(living & allowed)} of them with a reason")
    return int(living != allowed)


def described(name: str) -> str:
    """The function and the changed lines of a mutant: what stays the same when other lines move."""
    function = re.sub(r"__mutmut_\d+$", "", name).replace(".x_", ".").replace(".xǁ", ".").replace("ǁ", ".")
    changed = [
        f"{line[0]} {line[1:].strip()}"
        for line in said("show", name).splitlines()
        if line[:1] in {"-", "+"} and not line.startswith(("---", "+++"))
    ]
    return "\n".join([function, *changed])


def blocks(text: str) -> list[str]:
    """The paragraphs of the list, without its comments."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [block.strip() for block in "\n".join(lines).split("\n\n") if block.strip()]


def without_reason(block: str) -> str:
    """The mutant of a paragraph; its last line has to be the reason."""
    mutant, _, reason = block.rpartition("\n")
    if not reason.startswith("because "):
        raise SystemExit(f"{NAMED} gives no reason for:\n{block}")
    return mutant


def said(*words: str) -> str:
    """What mutmut answers."""
    return subprocess.run([MUTMUT, *words], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
