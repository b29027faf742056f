"""Loading the roadmap file that is part of the product. Loading it again changes nothing.

New rows are entered; rows that no officer has touched follow a newer file; rows that one has touched stay.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from initiatives import workflow
from initiatives.enums import Verification
from initiatives.models import Initiative, Milestone, Pillar

FILE = Path(__file__).parent / "data" / "aspire.yaml"
REASONS = {
    "reason": "Editorial reading of the milestones published so far",
    "reason_zh_hant": "根據至今已公布的里程碑所作的編輯判斷",
    "reason_zh_hans": "根据至今已公布的里程碑所作的编辑判断",
}


def load(path: Path = FILE) -> Counter[str]:
    """Bring the database up to the file. Counts rows entered, updated, unchanged, and kept by officers."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    as_at: date = data["roadmap"]["as_at"]
    source: str = data["roadmap"]["source"]
    counted: Counter[str] = Counter()
    for position, row in enumerate(data["pillars"], start=1):
        counted[_pillar(row, position, as_at, source)] += 1
    for row in data["initiatives"]:
        counted[_initiative(row, as_at, source)] += 1
    for row in data["milestones"]:
        counted[_milestone(row, as_at)] += 1
    return counted


def _believed(verification: str, source: str) -> str:
    """What has no address cannot be shown as verified."""
    return verification if source or verification != Verification.VERIFIED else Verification.REPORTED


def _pillar(row: dict[str, Any], position: int, as_at: date, source: str) -> str:
    wording = {
        "name_en": row["en"],
        "name_zh_hant": row["zh_hant"],
        "name_zh_hans": row["zh_hans"],
        "aim_en": row["aim"],
        "aim_zh_hant": row.get("aim_zh_hant", ""),
        "aim_zh_hans": row.get("aim_zh_hans", ""),
        "source_url": source,
        "as_at": as_at,
    }
    verifications = {
        "name_verification": row["name_status"],
        "aim_verification": row["aim_status"],
        "aim_zh_verification": row.get("aim_zh_status", Verification.WORKING),
    }
    pillar = Pillar.objects.filter(code=row["code"]).first()
    if pillar is None:
        workflow.enter_pillar(code=row["code"], position=position, **wording, **verifications)
        return "entered"
    if not pillar.from_file:
        return "kept"
    changed = workflow.reword_pillar(pillar, actor=None, verifications=verifications, **wording)
    return "updated" if changed else "unchanged"


def _initiative(row: dict[str, Any], as_at: date, source: str) -> str:
    wording = {
        "name_en": row["en"],
        "name_zh_hant": row["zh_hant"],
        "name_zh_hans": row.get("zh_hans", ""),
        "source_url": source,
    }
    verifications = {"name_en_verification": row["en_status"], "name_zh_verification": row["zh_status"]}
    initiative = Initiative.objects.filter(number=row["number"]).first()
    if initiative is None:
        workflow.enter_initiative(
            number=row["number"],
            pillar=Pillar.objects.get(code=row["pillar"]),
            status=row["status"],
            as_at=as_at,
            reasons=REASONS,
            **wording,
            **verifications,
        )
        return "entered"
    if not initiative.from_file:
        return "kept"
    changed = workflow.reword_initiative(initiative, actor=None, verifications=verifications, as_at=as_at, **wording)
    if initiative.status != row["status"]:
        workflow.update_initiative_status(
            initiative,
            status=row["status"],
            on=as_at,
            verification=Verification.WORKING,
            actor=None,
            **REASONS,
        )
        changed = True
    return "updated" if changed else "unchanged"


def _milestone(row: dict[str, Any], as_at: date) -> str:
    fields = {
        "date": row["date"],
        "kind": row["kind"],
        "ref": row.get("ref", ""),
        "title_en": row["title"],
        "source_url": row.get("source", ""),
        "as_at": as_at,
        "verification": _believed(row["status"], row.get("source", "")),
    }
    touched = list(Initiative.objects.filter(number__in=row["initiatives"]))
    milestone = Milestone.objects.filter(key=row["key"]).first()
    if milestone is None:
        workflow.add_milestone(key=row["key"], initiatives=touched, actor=None, **fields)
        return "entered"
    if not milestone.from_file:
        return "kept"
    changed = workflow.correct_milestone(milestone, actor=None, initiatives=touched, **fields)
    return "updated" if changed else "unchanged"
