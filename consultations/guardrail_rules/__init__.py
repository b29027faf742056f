"""The guardrail's rules on the first day, one file for each topic and language. From then on they are kept in the
admin site, and these files change nothing.

What they look for is a firm's own figure, customer or plan: "our maker fee", "we plan to launch". Fees, assets and
volumes as subjects of policy are what the papers are about, and pass. The characters of a Chinese rule are found in
either script; the Simplified files hold words that the mainland uses.
"""

from pathlib import Path


def starting_rules() -> list[tuple[str, str, str]]:
    """(topic, language, lines) of each file, in the order of their names."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        topic, language = path.stem.split(".")
        found.append((topic, language, path.read_text(encoding="utf-8")))
    return found
