"""The clarification register: a firm asks, the paper's officers answer everybody at the same moment.

A request is its firm's and the regulator's. What is released carries nothing that leads to it: neither who asked, nor
how many or when. Its number is given in the order of release, and requests are linked to it from their own side.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zlib import crc32

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.workflow import record
from consultations import clarification_news, guardrail, policies
from consultations.enums import ClarificationState
from consultations.models import Clarification, ClarificationRequest, Consultation, Paragraph, Question
from consultations.reach import locked_paper
from consultations.workflow.discussion import readable_consultation, require_open
from consultations.workflow.paper import columns
from consultations.written_in import language_of
from members.audience import Audience
from members.enums import OrganisationKind
from members.models import Organisation
from members.policies import require
from members.viewer import Viewer
from portal.common import clock
from portal.common.errors import Conflict, Forbidden, Refused
from portal.common.markdown import clean_source, render

Texts = Mapping[str, str]
Anchor = Paragraph | Question | None
# Numbers of what is not released yet: they follow nothing, and are never shown.
UNRELEASED, MOVING = 20_000, 30_000
LANGUAGES = ("en", "zh_hant", "zh_hans")


class NamesFound(Refused):
    """The neutral text names a firm or a person. The officer looks again, and says that it is meant."""

    def __init__(self, names: list[str]) -> None:
        listed = pgettext("in a list", ", ").join(names)
        super().__init__(
            _("The text names: %(names)s. Take the names out, or confirm that they are meant.") % {"names": listed}
        )
        self.names = names


# --- asking ------------------------------------------------------------------------------------------------------


def ask_for_clarification(
    consultation: Consultation, *, actor: Viewer, body: str, anchor: Anchor = None
) -> ClarificationRequest:
    """Ask what a paragraph, a question or the paper means. The firm's colleagues and the SFC read it, nobody else.

    Whoever of a firm may comment may ask, while the paper is open to the firm.
    """
    require(actor.is_platform)
    with transaction.atomic():
        paper = readable_consultation(consultation.pk, actor)
        moment = require_open(paper, actor)
        source = clean_source(body)
        if not source:
            raise Refused(_("Write your question first."), field="body")
        if anchor is not None and anchor.consultation_id != paper.pk:
            raise Refused(_("That part does not belong to this paper."))
        request = ClarificationRequest(
            consultation=paper,
            audience=Audience.SHARED,
            organisation_id=actor.organisation_id or 0,
            working_group_id=paper.working_group_id,
            paragraph=anchor if isinstance(anchor, Paragraph) else None,
            question=anchor if isinstance(anchor, Question) else None,
            body=source,
            body_html=render(source),
            language=language_of(source),
            asked_by=actor.person,
            asked_at=moment,
        )
        request.save(force_insert=True)
        record("consultations.clarification_asked", request, actor=actor)
        clarification_news.tell_officers(request)
    return request


def _locked_request(request: ClarificationRequest, actor: Viewer) -> ClarificationRequest:
    found = ClarificationRequest.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=request.pk).first()
    if found is None:
        raise Forbidden
    return found


def take_back_request(request: ClarificationRequest, *, actor: Viewer) -> ClarificationRequest:
    """Its asker no longer needs an answer. What the officers have written of it stays theirs."""
    with transaction.atomic():
        locked = _locked_request(request, actor)
        require(policies.is_asker(actor, locked))
        if locked.state != ClarificationState.ASKED or _is_answered(locked, actor):
            raise Refused(_("This question has been dealt with already."))
        locked.state, locked.handled_at = ClarificationState.WITHDRAWN, clock.now()
        locked.save(update_fields=["state", "handled_at"])
        record("consultations.clarification_taken_back", locked, actor=actor)
    return locked


def _is_answered(request: ClarificationRequest, actor: Viewer) -> bool:
    """Whether the actor can read an answer of it: what is not released yet is nobody's outside the regulator."""
    if request.answer_id is None:
        return False
    rows = Clarification.objects.visible_to(actor)
    return bool(rows.filter(pk=request.answer_id, released_at__lte=clock.now()).exists())


def decline_request(request: ClarificationRequest, *, actor: Viewer, reason: str) -> ClarificationRequest:
    """Say why no answer goes into the register. The asker alone is told; their firm reads the reason."""
    source = clean_source(reason)
    with transaction.atomic():
        locked = _locked_request(request, actor)
        require(policies.can_clarify(actor, locked.consultation))
        if not source:
            raise Refused(_("Give a reason. The firm that asked receives it."), field="reason")
        if locked.state != ClarificationState.ASKED or _is_answered(locked, actor):
            raise Refused(_("This question has been dealt with already."))
        locked.state, locked.handling_reason, locked.answer = ClarificationState.DECLINED, source[:4000], None
        locked.handled_by, locked.handled_at = actor.person, clock.now()
        locked.save(update_fields=["state", "handling_reason", "answer", "handled_by", "handled_at"])
        record("consultations.clarification_declined", locked, actor=actor)
        clarification_news.tell_asker(locked)
    return locked


# --- answering ---------------------------------------------------------------------------------------------------


def _texts(field: str, given: Texts) -> dict[str, str]:
    """All columns of a text, those without one emptied."""
    sources = columns(field, given)
    made = {}
    for code in LANGUAGES:
        source = sources.get(f"{field}_{code}", "")
        made[f"{field}_{code}"] = source
        made[f"{field}_html_{code}"] = render(source) if source else ""
    return made


def _place(row: Clarification, anchor: Anchor, paper: Consultation) -> None:
    if anchor is not None and anchor.consultation_id != paper.pk:
        raise Refused(_("That part does not belong to this paper."))
    row.paragraph = anchor if isinstance(anchor, Paragraph) else None
    row.question = anchor if isinstance(anchor, Question) else None


def write_clarification(
    consultation: Consultation,
    *,
    actor: Viewer,
    asked: Texts,
    answer: Texts,
    anchor: Anchor = None,
    requests: Iterable[ClarificationRequest] = (),
) -> Clarification:
    """Put one question in neutral words, and its answer, in place of any number of requests. Nobody outside the
    regulator sees it, or that it is written, before it is released."""
    require(policies.can_clarify(actor, consultation))
    with transaction.atomic():
        paper = locked_paper(consultation, actor)
        row = Clarification(
            consultation=paper,
            audience=paper.audience,
            organisation_id=paper.organisation_id,
            working_group_id=paper.working_group_id,
            number=_free_number(paper, actor, UNRELEASED),
            answered_by=actor.person,
            created_at=clock.now(),
            **_texts("asked", asked),
            **_texts("answer", answer),
        )
        _require_something(row)
        _place(row, anchor, paper)
        row.save(force_insert=True)
        record("consultations.clarification_written", row, actor=actor)
        _take_in(row, requests, actor)
    return row


def stamp(row: Clarification) -> int:
    """What tells one state of its texts from another, so that nobody overwrites what they have not seen."""
    texts = [getattr(row, f"{field}_{code}") for field in ("asked", "answer") for code in LANGUAGES]
    return crc32("\0".join([str(row.version), str(row.paragraph_id), str(row.question_id), *texts]).encode())


def _require_something(row: Clarification) -> None:
    if not any(getattr(row, f"asked_{code}") for code in LANGUAGES):
        raise Refused(_("Write the question in neutral words."), field="asked_en")


def _free_number(paper: Consultation, actor: Viewer, base: int) -> int:
    rows = Clarification.objects.visible_to(actor).filter(consultation=paper, number__gte=base)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    return (last or base) + 1


def _take_in(row: Clarification, requests: Iterable[ClarificationRequest], actor: Viewer) -> None:
    """Link the requests that it answers, and let go of those that it no longer does. Nobody is told."""
    wanted = {request.pk for request in requests}
    kept = ClarificationRequest.objects.visible_to(actor).select_for_update(of=("self",))
    for request in kept.filter(consultation=row.consultation, state=ClarificationState.ASKED):
        linked = request.answer_id == row.pk
        if request.pk in wanted and not linked:
            request.answer = row
        elif request.pk not in wanted and linked:
            request.answer = None
        else:
            continue
        request.save(update_fields=["answer"])
        record("consultations.clarification_request_sorted", request, actor=actor)


def change_clarification(
    clarification: Clarification,
    *,
    actor: Viewer,
    asked: Texts,
    answer: Texts,
    anchor: Anchor = None,
    requests: Iterable[ClarificationRequest] | None = None,
    names_are_meant: bool = False,
    expected: int,
) -> Clarification:
    """Change what is written. A released one becomes a new version, its readers keep the former, and everybody is
    told again; it stays complete in English and Traditional Chinese. One that waits for its moment goes on waiting.

    `Conflict` when its `stamp` is no longer the `expected` one. `NamesFound` as for a release.
    """
    with transaction.atomic():
        locked = _locked_clarification(clarification, actor)
        if stamp(locked) != expected:
            raise Conflict(_("Somebody else has changed this since you opened it. Your text is kept below."))
        for name, text in (_texts("asked", asked) | _texts("answer", answer)).items():
            setattr(locked, name, text)
        _require_something(locked)
        _place(locked, anchor, locked.consultation)
        is_out = is_released(locked)
        if locked.released_at is not None:
            _require_complete(locked)
            _require_no_names(locked, actor, names_are_meant)
        locked.version += 1 if is_out else 0
        if is_out:
            locked.announced_at = None
        locked.answered_by = actor.person
        locked.save()
        record("consultations.clarification_changed", locked, actor=actor, version=locked.version)
        if requests is not None and not is_out:
            _take_in(locked, requests, actor)
    return locked


def _locked_clarification(clarification: Clarification, actor: Viewer) -> Clarification:
    require(policies.can_clarify(actor, clarification.consultation))
    paper = locked_paper(clarification.consultation, actor)
    rows = Clarification.objects.visible_to(actor).select_for_update(of=("self",))
    found = rows.filter(pk=clarification.pk, consultation=paper).first()
    if found is None:
        raise Forbidden
    found.consultation = paper
    return found


def is_released(clarification: Clarification) -> bool:
    return clarification.released_at is not None and clarification.released_at <= clock.database_now()


def release_clarification(
    clarification: Clarification, *, actor: Viewer, at: datetime | None = None, names_are_meant: bool = False
) -> Clarification:
    """Let everybody who reads the paper have it now, or `at` a later moment (aware).

    Refused while the English or the Traditional Chinese is missing, and after its release. `NamesFound` when it names
    a firm or one who asked, and the officer has not said that this is meant.
    """
    with transaction.atomic():
        locked = _locked_clarification(clarification, actor)
        if is_released(locked):
            raise Refused(_("It is released already. Correct it instead."))
        moment = clock.database_now()
        if at is not None and at <= moment:
            raise Refused(_("Choose a moment that lies ahead, or release it now."), field="at")
        if at is not None and at > moment + timedelta(days=366):
            raise Refused(_("Choose a moment within a year."), field="at")
        _require_complete(locked)
        _require_no_names(locked, actor, names_are_meant)
        locked.released_at, locked.announced_at = at or moment, None
        locked.save(update_fields=["released_at", "announced_at"])
        _number(locked.consultation, actor, moment)
        locked.refresh_from_db(fields=["number"])
        _answer_requests(locked, actor)
        record("consultations.clarification_released", locked, actor=actor, at=locked.released_at.isoformat())
    return locked


def hold_clarification(clarification: Clarification, *, actor: Viewer) -> Clarification:
    """Take back a release whose moment has not come."""
    with transaction.atomic():
        locked = _locked_clarification(clarification, actor)
        if locked.released_at is None or is_released(locked):
            raise Refused(_("There is no release ahead that could be taken back."))
        locked.released_at = None
        locked.number = _free_number(locked.consultation, actor, UNRELEASED)
        locked.save(update_fields=["released_at", "number"])
        _number(locked.consultation, actor, clock.database_now())
        record("consultations.clarification_release_taken_back", locked, actor=actor)
    return locked


def _number(paper: Consultation, actor: Viewer, moment: datetime) -> None:
    """Number what is being released, and what has a moment ahead, after what is out: by its moment, without gaps."""
    rows = Clarification.objects.visible_to(actor).filter(consultation=paper)
    out = rows.filter(released_at__lt=moment, number__lt=UNRELEASED)
    last = out.order_by("-number").values_list("number", flat=True).first() or 0
    ahead = list(rows.filter(released_at__gte=moment).order_by("released_at", "pk").values_list("pk", flat=True))
    for base in (MOVING, last):
        for place, pk in enumerate(ahead, start=1):
            rows.filter(pk=pk).update(number=base + place)


def _answer_requests(row: Clarification, actor: Viewer) -> None:
    """Who handled them and when is noted; that they are answered shows to their firms with the release itself."""
    linked = ClarificationRequest.objects.visible_to(actor).filter(answer=row, state=ClarificationState.ASKED)
    linked.update(handled_by=actor.user_id, handled_at=clock.now())


def missing_in(row: Clarification) -> list[str]:
    """The columns that must be filled before a release and are not."""
    needed = [f"{field}_{code}" for field in ("asked", "answer") for code in ("en", "zh_hant")]
    return [name for name in needed if not getattr(row, name)]


def _require_complete(row: Clarification) -> None:
    for name in missing_in(row):
        raise Refused(
            _("Question and answer are needed in English and in Traditional Chinese before the release."), field=name
        )


def _require_no_names(row: Clarification, actor: Viewer, are_meant: bool) -> None:
    if not are_meant and (found := names_in(row, actor)):
        raise NamesFound(found)


# The word by which people call a firm: the first of its English name, as it is written. Not what many names begin with.
_CALLED: Final = re.compile(r"[A-Z][A-Za-z0-9&]{2,}")
_ANYBODY: Final = frozenset({"The", "Hong", "Virtual", "Digital", "Asset", "Assets", "Crypto", "First", "New", "Asia"})


def _called(firm: Organisation) -> set[str]:
    found = (_CALLED.match(name) for name in (firm.name_en, firm.short_en, firm.platform_name_en))
    return {one.group() for one in found if one} - _ANYBODY


def names_in(row: Clarification, viewer: Viewer) -> list[str]:
    """The names of platforms, and of those who asked and their firms, that stand in its texts in any language."""
    texts = [getattr(row, f"{field}_{code}") for field in ("asked", "answer") for code in LANGUAGES]
    words = f" {guardrail.folded(' . '.join(texts))} "
    names: dict[str, None] = {}
    firms: Any = Organisation.objects.filter(kind=OrganisationKind.PLATFORM)
    askers = ClarificationRequest.objects.visible_to(viewer).filter(answer=row).select_related("asked_by")
    people: list[Any] = [request.asked_by for request in askers] if row.pk else []
    for one, fields in [*((firm, ("name", "short")) for firm in firms), *((person, ("name",)) for person in people)]:
        for field in fields:
            for code in LANGUAGES:
                name = getattr(one, f"{field}_{code}", "")
                folded = guardrail.folded(name)
                if len(folded) > 1 and f" {folded} " in words:
                    names[name] = None
    written = set(_CALLED.findall(" ".join(texts)))
    for firm in firms:
        if not any(one in names for one in (firm.name_en, firm.short_en)):
            names |= dict.fromkeys(sorted(_called(firm) & written))
    return list(names)
