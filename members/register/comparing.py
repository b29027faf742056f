"""What a list would change in the register: one line a row, and the firms that it does not have.

A row is a firm of the register by its CE reference; or by its exact legal name in English, where the register has no
reference for that name yet. An empty cell says nothing and changes nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from members.enums import STATES_WITH_ACCESS, ImportState, LicenceState, OrganisationKind
from members.models import LicenceStatus, Organisation, RegisterImport
from members.register.reading import FIELDS, Row
from portal.common import clock

NEW, CHANGED, UNCHANGED, ERROR = "new", "changed", "unchanged", "error"
# Firms whose licence has ended are not on the list, and are not missed there.
ENDED = frozenset({LicenceState.REVOKED, LicenceState.CEASED})
Line = dict[str, Any]


@dataclass(frozen=True)
class Firm:
    """A body as the register has it; every value as text, and days in ISO form."""

    pk: int
    kind: str
    values: dict[str, str]
    licence: str

    @property
    def name(self) -> str:
        return self.values["name_en"]

    @property
    def reference(self) -> str:
        return self.values["ce_reference"]


@dataclass
class Register:
    """The bodies of the register, found by reference and by name."""

    firms: Sequence[Firm]
    by_reference: dict[str, Firm] = field(default_factory=dict)
    by_name: dict[str, list[Firm]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for firm in self.firms:
            if firm.reference:
                self.by_reference[firm.reference] = firm
            self.by_name.setdefault(firm.name, []).append(firm)


@dataclass(frozen=True)
class Comparison:
    """`lines` and `absent` as RegisterImport stores them."""

    lines: list[Line]
    absent: list[dict[str, Any]]

    @property
    def seal(self) -> str:
        """Equal for equal comparisons: what somebody confirms is what they have read."""
        text = json.dumps([self.lines, self.absent], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def count(self) -> int:
        """How many differences there are between list and register."""
        missed = [one for one in self.absent if one["licence"] not in ENDED]
        return len(missed) + len([line for line in self.lines if line["outcome"] != UNCHANGED])


def present_register() -> Register:
    """The register as it stands: one query."""
    latest = LicenceStatus.objects.filter(organisation=OuterRef("pk"), effective_on__lte=clock.today())
    rows = Organisation.objects.annotate(
        licence=Subquery(latest.order_by("-effective_on", "-pk").values("state")[:1])
    ).order_by("name_en", "pk")
    return Register([
        Firm(row["pk"], row["kind"], {name: str(row[name] or "") for name in FIELDS}, row["licence"] or "")
        for row in rows.values("pk", "kind", "licence", *FIELDS)
    ])  # fmt: skip


def compare(rows: Iterable[Row], register: Register) -> Comparison:
    """What each row would change. Rows that name the same firm twice are wrong from the second on."""
    seen = _Seen()
    lines = [_line(row, register, seen) for row in rows]
    absent = [
        {"firm": firm.pk, "name": firm.name, "reference": firm.reference, "licence": firm.licence}
        for firm in register.firms
        if firm.kind == OrganisationKind.PLATFORM and firm.pk not in seen.listed
    ]
    return Comparison(lines, absent)


@dataclass
class _Seen:
    """In which row a reference, a name and a firm stood first; and the firms of which any row speaks."""

    references: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    firms: dict[int, int] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)


def _line(row: Row, register: Register, seen: _Seen) -> Line:
    reference, name = row.values["ce_reference"], row.values["name_en"]
    faults = [*row.faults, *_repeated(row, seen)]
    firm, objections = _find(reference, name, register)
    faults += objections if not faults else []
    if firm is not None:
        seen.listed.add(firm.pk)
        if not faults and (first := seen.firms.setdefault(firm.pk, row.number)) != row.number:
            faults.append(("firm_twice", {"row": str(first)}))
    line: Line = {"row": row.number, "name": name, "reference": reference, "firm": firm.pk if firm else None}
    if faults:
        return line | {"outcome": ERROR, "faults": [[code, parameters] for code, parameters in faults]}
    if firm is None:
        return line | {"outcome": NEW, "changes": list(_changes(dict.fromkeys(FIELDS, ""), row.values))}
    changes = list(_changes(firm.values, row.values))
    stands = not firm.licence or firm.licence in STATES_WITH_ACCESS
    return line | {
        "outcome": CHANGED if changes else UNCHANGED,
        "changes": changes,
        "licence": "" if stands else firm.licence,
    }


def _repeated(row: Row, seen: _Seen) -> Iterator[tuple[str, dict[str, str]]]:
    reference, name = row.values["ce_reference"], row.values["name_en"]
    if reference and (first := seen.references.setdefault(reference, row.number)) != row.number:
        yield "reference_twice", {"reference": reference, "row": str(first)}
    elif name and (first := seen.names.setdefault(name, row.number)) != row.number:
        yield "name_twice", {"row": str(first)}


Faults = list[tuple[str, dict[str, str]]]


def _find(reference: str, name: str, register: Register) -> tuple[Firm | None, Faults]:
    """The firm that a row is about, and why it cannot be said which."""
    by_reference = register.by_reference.get(reference) if reference else None
    named = register.by_name.get(name, []) if name else []
    if by_reference is not None:
        others = [firm for firm in named if firm.pk != by_reference.pk]
        if others:
            parameters = {"reference": reference, "other": by_reference.name, "name": name}
            return by_reference, [("reference_elsewhere", parameters)]
        return by_reference, _kind(by_reference)
    if reference:
        known = [firm for firm in named if firm.reference]
        if known:
            parameters = {"name": name, "known": known[0].reference, "reference": reference}
            return known[0], [("other_reference", parameters)]
    if len(named) > 1:
        return named[0], [("several", {})]
    return (named[0], _kind(named[0])) if named else (None, [])


def _kind(firm: Firm) -> Faults:
    return [] if firm.kind == OrganisationKind.PLATFORM else [("no_platform", {"name": firm.name})]


def _changes(old: dict[str, str], new: dict[str, str]) -> Iterator[dict[str, str]]:
    for name in FIELDS:
        if new[name] and new[name] != old[name]:
            yield {"field": name, "old": old[name], "new": new[name]}


def stored(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows as RegisterImport keeps them."""
    return [{"number": row.number, "values": row.values, "faults": row.faults} for row in rows]


def restored(rows: Iterable[dict[str, Any]]) -> list[Row]:
    return [
        Row(row["number"], dict(row["values"]), [(code, parameters) for code, parameters in row["faults"]])
        for row in rows
    ]


@dataclass(frozen=True)
class Differences:
    """How the last list and the register differ now: how many, where they are shown, and which list that is."""

    count: int
    url: str
    read_at: datetime | None = None


def differences() -> Differences:
    """The last list that was previewed or committed, compared with the register as it stands: two queries.

    `count` is 0 and `url` the place where a list is read in, as long as none was. Firms whose licence was revoked or
    has ceased are not missed on the list.
    """
    last = RegisterImport.objects.exclude(state=ImportState.DISCARDED).order_by("-read_at", "-pk").first()
    if last is None:
        return Differences(0, reverse("admin:members_registerimport_add"))
    return Differences(present_comparison(last).count, last.get_absolute_url(), last.read_at)


def present_comparison(imported: RegisterImport) -> Comparison:
    return compare(restored(imported.rows), present_register())
