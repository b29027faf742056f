"""The wording that was agreed: `tools/glossary.csv`, one key in three languages."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GLOSSARY: Final = Path(__file__).with_name("glossary.csv")
SINGULAR: Final = re.compile(r"English singular: (?P<singular>.+)$")


@dataclass(frozen=True)
class Term:
    key: str
    english: str
    singular: str
    context: str
    translations: dict[str, str]


@dataclass(frozen=True)
class Glossary:
    terms: dict[str, tuple[Term, ...]]

    @classmethod
    def read(cls, path: Path = GLOSSARY) -> "Glossary":
        by_english: dict[str, list[Term]] = defaultdict(list)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                note = SINGULAR.search(row["note"])
                term = Term(
                    key=row["key"],
                    english=row["english"],
                    singular=note["singular"] if note else "",
                    context=row["context"],
                    translations={"zh_Hant": row["zh_hant"], "zh_Hans": row["zh_hans"]},
                )
                by_english[term.english].append(term)
        return cls({english: tuple(terms) for english, terms in by_english.items()})

    def wording(self, english: str, context: str | None, language: str) -> str | None:
        """The agreed translation, or None where the glossary leaves the choice: no term, or another sense of it."""
        senses = self.terms.get(english, ())
        if context is not None:
            senses = tuple(term for term in senses if term.context == context)
        wordings = {term.translations[language] for term in senses}
        return wordings.pop() if len(wordings) == 1 else None

    def complaints(self, english: str, context: str | None, language: str, translation: str) -> Iterator[str]:
        """What the glossary has against this translation of `english` (of a plural message, its plural form)."""
        agreed = self.wording(english, context, language)
        if agreed is not None and agreed != translation:
            yield f"the glossary says “{agreed}”"
        elif agreed is None and context is None and english in self.terms:
            senses = ", ".join(repr(term.context) for term in self.terms[english])
            yield f"the word has several senses: give it a msgctxt (the glossary has {senses})"
