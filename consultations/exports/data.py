"""JSON for programs: docs/exports.md is its description. Times are ISO 8601 with an offset, texts are Markdown.

`version` counts up when a field changes its meaning or goes; fields may be added within a version.
"""

import json
from datetime import datetime
from typing import Any, Final

from consultations.exports.content import (
    CommentContent,
    ConclusionsContent,
    Content,
    PaperContent,
    Text,
)
from portal.common.clock import HONG_KONG

FORMAT: Final = "aspire-portal/consultation"
VERSION: Final = 1
TAGS: Final = {"en": "en", "zh_hant": "zh-Hant", "zh_hans": "zh-Hans"}


def write_data(content: Content) -> bytes:
    reader = content.reader
    found: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": _when(reader.at),
        "made_for": {"name": reader.name, "organisation": reader.organisation} if reader.name else None,
        "paper": _paper(content.paper, whole=content.with_paper),
    }
    if content.threads is not None:
        found["filter"] = {"audience": content.threads.audience or None, "question": content.threads.question or None}
        found["comments"] = [_comment(one) for one in content.threads.comments]
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _when(value: datetime | None) -> str | None:
    return value.astimezone(HONG_KONG).isoformat(timespec="seconds") if value else None


def _text(text: Text) -> list[dict[str, Any]]:
    return [{"language": TAGS[one.language], "text": one.text, "is_fallback": one.is_fallback} for one in text]


def _paper(paper: PaperContent, *, whole: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": paper.key,
        "reference": paper.reference,
        "title": _text(paper.title),
        "kind": paper.kind,
        "state": paper.state,
        "audience": paper.audience,
        "lead_body": _text(paper.lead_body),
        "channel": paper.channel or None,
        "opens_at": _when(paper.opens_at),
        "closes_at": _when(paper.closes_at),
        "own_deadline": _when(paper.own_deadline),
        "withdrawn_at": _when(paper.withdrawn_at),
        "withdrawal_reason": paper.withdrawal_reason or None,
        "url": paper.address,
    }
    if not whole:
        return found
    return found | {
        "purpose": _text(paper.purpose),
        "foreword": _text(paper.foreword),
        "sections": [
            {
                "number": section.number,
                "title": _text(section.title),
                "items": [
                    {
                        "kind": item.kind,
                        "place": item.key,
                        "number": item.number,
                        "text": _text(item.text),
                        "version": item.version,
                        "amended_at": _when(item.amended_at),
                        "translation_is_behind": item.is_stale,
                    }
                    | (
                        {
                            "short": _text(item.short),
                            "asks_position": item.asks_position,
                            "paragraphs": list(item.paragraphs),
                        }
                        if item.kind == "question"
                        else {}
                    )
                    for item in section.items
                ],
            }
            for section in paper.sections
        ],
        "corrections": [
            {
                "made_at": _when(one.made_at),
                "place": one.place or None,
                "note": _text(one.note),
                "before": _text(one.before),
                "from_version": one.from_version,
            }
            for one in paper.amendments
        ],
        "clarifications": [
            {
                "number": one.number,
                "place": one.key,
                "asked": _text(one.asked),
                "answer": _text(one.answer),
                "released_at": _when(one.released_at),
            }
            for one in paper.clarifications
        ],
        "annexes": [
            {
                "letter": one.key,
                "kind": one.kind,
                "title": _text(one.title),
                "text": _text(one.text),
                "clauses": [{"number": number, "text": _text(text)} for number, text in one.clauses],
                "terms": [{"term": _text(term), "meaning": _text(meaning)} for term, meaning in one.terms],
            }
            for one in paper.annexes
        ],
        "statement": {"version": paper.statement_version, "text": _text(paper.statement)} if paper.statement else None,
        "conclusions": _conclusions(paper.conclusions) if paper.conclusions else None,
    }


def _conclusions(found: ConclusionsContent) -> dict[str, Any]:
    return {
        "released_at": _when(found.released_at),
        "submissions_received": found.submissions,
        "names_withheld": found.withheld,
        "executive_summary": _text(found.summary),
        "way_forward": _text(found.way_forward),
        "outcomes": [
            {
                "number": one.number,
                "title": _text(one.title),
                "outcome": one.outcome,
                "questions": list(one.questions),
                "changed_paragraphs": list(one.paragraphs),
                "comments_received": _text(one.comments),
                "sfc_response": _text(one.response),
            }
            for one in found.outcomes
        ],
        "respondents": list(found.respondents),
    }


def _comment(one: CommentContent) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "place": one.place,
        "in_reply_to": one.in_reply_to or None,
        "author": one.author,
        "organisation": one.organisation,
        "job_title": one.job_title or None,
        "audience": one.audience,
        "audience_words": one.audience_words,
        "posted_at": _when(one.posted_at),
        "edited_at": _when(one.edited_at),
        "edit_reason": one.edit_reason or None,
        "language": TAGS[one.language],
        "text": None if one.withdrawn_at else one.body,
        "passage": one.passage or None,
        "official_answer": one.is_official,
        "pinned": one.is_pinned,
        "state": one.state,
        "resolved_at": _when(one.resolved_at),
        "resolved_by": one.resolved_by or None,
        "withdrawn_at": _when(one.withdrawn_at),
        "withdrawal_reason": one.withdrawal_reason or None,
        "attachments": [{"name": file.name, "size": file.size} for file in one.attachments],
        "url": one.address,
    }
