"""Papers, discussions and responses from data files, through the verbs, at the moments at which they happened.

Each function may be repeated and then changes nothing; each returns sentences about what it left out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from consultations import announcing, clarification_news, notices, workflow
from consultations.concluding import HEAD_TEXTS, whole_seal
from consultations.enums import AnswerStage, State
from consultations.models import (
    Anchor,
    Clarification,
    ClarificationRequest,
    Comment,
    Conclusions,
    Consultation,
    Paragraph,
    PersonalInformationStatement,
    Response,
)
from consultations.recipients import preview
from initiatives.models import Initiative
from members import publication
from members.models import Organisation
from members.viewer import Viewer, acting_as
from portal.common import clock
from portal.common.errors import Forbidden, Refused

Data = Mapping[str, Any]
People = Mapping[str, User]
Organisations = Mapping[str, Organisation]
ActorFor = Callable[[str], Viewer]
LANGUAGES = ("en", "zh_hant", "zh_hans")
DRAFTING = timedelta(days=1)


def _texts(row: Data) -> dict[str, str]:
    return {code: row[code] for code in LANGUAGES if row.get(code)}


def load_consultation(
    data: Data,
    *,
    people: People,
    organisations: Organisations,
    actor_for: ActorFor,
    statements: Mapping[str, Data],
    initiatives: Mapping[int, Initiative] | None = None,
) -> list[str]:
    """One paper with its questions, annexes, corrections, extensions and conclusions.

    `actor_for(person's key)` gives that person as the viewer that they are at the moment of the clock. `statements`:
    the other papers' data by key, for a statement that is the same as another paper's.
    """
    head = data["consultation"]
    opens_at: datetime = head["opens_at"]
    with clock.at(opens_at - DRAFTING):
        lead = actor_for(head["lead"])
        with acting_as(lead):
            if Consultation.objects.filter(key=head["key"]).exists():
                return []
            paper = _draft(data, head, lead, people, statements, initiatives)
            _write(paper, data, lead)
    _open(paper, head, actor_for)
    with clock.at(opens_at):
        announcing.papers()
    _extensions(paper, head, organisations, actor_for)
    _corrections(paper, data, actor_for)
    if head.get("analysing_at"):
        with clock.at(head["analysing_at"]):
            lead = actor_for(head["lead"])
            with acting_as(lead):
                workflow.advance(paper, State.ANALYSING, actor=lead)
    if data.get("conclusions") or data.get("conclusions_draft"):
        _conclude(paper, data, people, organisations, actor_for, head["lead"])
    return _state_note(paper, head, actor_for)


def _open(paper: Consultation, head: Data, actor_for: ActorFor) -> None:
    """As in the portal: the lead officer asks, the second officer of the file approves, the day before it opens."""
    with clock.at(head["opens_at"] - DRAFTING):
        lead, second = actor_for(head["lead"]), actor_for(head["approved_by"])
        with acting_as(lead):
            request = workflow.ask_to_open(
                paper,
                actor=lead,
                opens_at=head["opens_at"],
                closes_at=head["closes_at"],
                previewed=preview(paper).checksum,
            )
        with acting_as(second):
            workflow.approve_opening(request, actor=second, previewed=preview(paper).checksum)


def _draft(
    data: Data,
    head: Data,
    lead: Viewer,
    people: People,
    statements: Mapping[str, Data],
    initiatives: Mapping[int, Initiative] | None,
) -> Consultation:
    numbers = {*head.get("initiatives", ()), *head.get("depends_on_initiatives", ())}
    known = initiatives or {one.number: one for one in Initiative.objects.filter(number__in=numbers)}
    late = head.get("late_responses")
    return workflow.draft_consultation(
        actor=lead,
        key=head["key"],
        reference=head["reference"],
        kind=head["kind"],
        audience=head["audience"],
        lead=people[head["lead"]],
        team=head.get("team", ""),
        languages=list(head["languages"]),
        partly_translated=list(head.get("partly_translated", ())),
        conclusions_planned_by=head.get("conclusions_planned_by"),
        statement=_statement(data.get("personal_information_statement"), lead, statements),
        title=head["title"],
        short_title=head.get("short_title"),
        summary=head.get("summary"),
        purpose=head.get("purpose"),
        foreword=data.get("foreword"),
        late_note=late if isinstance(late, Mapping) else {"en": late} if late else None,
        initiatives=[known[number] for number in head.get("initiatives", ())],
        depends_on=[known[number] for number in head.get("depends_on_initiatives", ())],
        follows=list(Consultation.objects.filter(key__in=head.get("follows", ()))),
    )


def _statement(given: Data | None, lead: Viewer, statements: Mapping[str, Data]) -> PersonalInformationStatement | None:
    if given is None:
        return None
    source = statements[given["same_as"]]["personal_information_statement"] if given.get("same_as") else given
    return workflow.adopt_statement(given["version"], _texts(source), actor=lead)


def _write(paper: Consultation, data: Data, lead: Viewer) -> None:
    sections, paragraphs = {}, {}
    for row in data["sections"]:
        section = workflow.add_section(paper, actor=lead, number=str(row["number"]), title=row["title"])
        sections[row["key"]] = section
        for one in row["paragraphs"]:
            number = str(one["number"])
            body = _as_opened(data, number)
            paragraphs[number] = workflow.add_paragraph(section, actor=lead, number=number, body=body)
    for row in data["questions"]:
        workflow.add_question(
            sections[row["section"]],
            actor=lead,
            number=str(row["number"]),
            body=_texts(row),
            short=row.get("short"),
            asks_position=row["asks_position"],
            paragraphs=[paragraphs[str(number)] for number in row["paragraphs"]],
        )
    for row in data.get("annexes", ()):
        workflow.add_annex(
            paper,
            actor=lead,
            key=row["key"],
            kind=row["kind"],
            title=row["title"],
            terms=[(term["term"], term["meaning"]) for term in row.get("terms", ())],
            clauses=[
                (str(one["number"]), _texts(one), [paragraphs[str(number)] for number in one["paragraphs"]])
                for one in row.get("clauses", ())
            ],
        )


def _extensions(paper: Consultation, head: Data, organisations: Organisations, actor_for: ActorFor) -> None:
    for row in head.get("extensions", ()):
        with clock.at(row["agreed_at"]):
            actor = actor_for(row["agreed_by"])
            with acting_as(actor):
                workflow.extend(
                    paper,
                    organisation=organisations[row["organisation"]],
                    until=row["until"],
                    reason=row["reason"],
                    actor=actor,
                )


def _corrections(paper: Consultation, data: Data, actor_for: ActorFor) -> None:
    """Each paragraph as it reads in the file; what it read before stands beside its correction."""
    for row in data["consultation"].get("corrections", ()):
        with clock.at(row["at"]):
            actor = actor_for(row["by"])
            with acting_as(actor):
                paragraph = Paragraph.objects.get(consultation=paper, number=str(row["paragraph"]))
                workflow.amend(
                    paragraph,
                    actor=actor,
                    note=row["note"],
                    body={
                        code: text for code, text in _paragraph(data, row["paragraph"]).items() if code in row["was"]
                    },
                    expected_version=paragraph.version,
                )
            announcing.corrections()


def _paragraph(data: Data, number: Any) -> dict[str, str]:
    rows = (one for section in data["sections"] for one in section["paragraphs"])
    return next(_texts(one) for one in rows if str(one["number"]) == str(number))


def _as_opened(data: Data, number: Any) -> dict[str, str]:
    """A paragraph as it read before its correction: the file has its present text, and what stood for which words."""
    text = _paragraph(data, number)
    for row in data["consultation"].get("corrections", ()):
        if str(row["paragraph"]) == str(number):
            for code, words in row["was"].items():
                for present, before in words.items():
                    text[code] = text[code].replace(present, before)
    return text


def _conclude(
    paper: Consultation, data: Data, people: People, organisations: Organisations, actor_for: ActorFor, lead: str
) -> None:
    """Conclusions that were published, or the draft of those that officers are still writing."""
    row = data.get("conclusions") or data["conclusions_draft"]
    with clock.at(row.get("published_at") or row["begun_at"]):
        actor = actor_for(lead)
        with acting_as(actor):
            questions = {one.number: one for one in paper.questions.all()}
            paragraphs = {one.number: one for one in paper.paragraphs.all()}
            conclusions = workflow.begin_conclusions(
                paper,
                actor=actor,
                signed_by=people[row["signed_by"]],
                audience=row.get("audience"),
                texts={text: row[text] for text in HEAD_TEXTS if row.get(text)},
                responses_received=row["responses_received"],
                respondents_named=[organisations[key] for key in row["respondents_named"]],
                respondents_withheld=row["respondents_withheld"],
            )
            for one in row["proposals"]:
                workflow.add_outcome(
                    paper,
                    actor=actor,
                    number=str(one["number"]),
                    texts={
                        "title": one["title"],
                        "comments_received": _in_english(one["comments_received"]),
                        "sfc_response": _in_english(one.get("response", {})),
                    },
                    outcome=one["outcome"],
                    questions=[questions[str(number)] for number in one["questions"]],
                    changed_paragraphs=[paragraphs[str(number)] for number in one["changed_paragraphs"]],
                )
            if data.get("conclusions"):
                _publish(paper, conclusions, actor_for(data["consultation"]["approved_by"]))


def _publish(paper: Consultation, conclusions: Conclusions, second: Viewer) -> None:
    with acting_as(second):
        shown = publication.preview(notices.plan_of_conclusions(conclusions, actor=second))
        seen = whole_seal(conclusions)
        workflow.publish_conclusions(paper, actor=second, previewed=shown.checksum, seen=seen)


def _in_english(text: str | Mapping[str, str]) -> Mapping[str, str]:
    """By language; a file gives a text without one in English."""
    return {"en": text} if isinstance(text, str) else text


def _state_note(paper: Consultation, head: Data, actor_for: ActorFor) -> list[str]:
    """The file says its state as at the day of the data; ours follows from dates, and should agree on that day."""
    with acting_as(actor_for(head["lead"])):
        paper.refresh_from_db()
    data_day = datetime(2026, 11, 23, 12, tzinfo=clock.HONG_KONG)
    if paper.state_at(data_day) == head["state"]:
        return []
    return [f"{head['reference']}: the file says {head['state']}, the dates say {paper.state_at(data_day)}."]


def load_thread(data: Data, *, people: People, organisations: Organisations, actor_for: ActorFor) -> list[str]:
    """The discussion of one paper: `anchor` places the first comment of a thread, `reply_to` the rest."""
    left_out: list[str] = []
    posted: dict[str, Comment] = {}
    for row in data["comments"]:
        try:
            with clock.at(row["at"]):
                actor = actor_for(row["author"])
                with acting_as(actor):
                    posted[row["key"]], fresh = _post(data["consultation"], row, actor, posted, organisations)
            if fresh:
                _afterwards(row, posted[row["key"]], actor_for)
        except (Refused, Forbidden, KeyError) as error:
            left_out.append(f"Comment {row['key']} on {data['consultation']}: {str(error) or 'not allowed'}")
    return left_out


def _post(
    key: str, row: Data, actor: Viewer, posted: Mapping[str, Comment], organisations: Organisations
) -> tuple[Comment, bool]:
    """The comment, and whether it is new."""
    paper = Consultation.objects.get(key=key)
    known = Comment.objects.filter(consultation=paper, author=actor.user_id, created_at=row["at"]).first()
    if known is not None:
        return known, False
    comment = workflow.post_comment(
        paper,
        actor=actor,
        body=row["text"],
        audience=row["audience"],
        anchor=_anchor(paper, row.get("anchor") or {}),
        parent=posted[row["reply_to"]] if row.get("reply_to") else None,
        organisation=organisations[row["organisation"]],
        posted_as=row.get("posted_as", ""),
        language=row.get("language", "en"),
        official=bool(row.get("official_answer")),
        hold=row.get("state") == "held",
    )
    return comment, True


def _anchor(paper: Consultation, place: Data) -> Anchor:
    if "paragraph" in place:
        return paper.paragraphs.get(number=str(place["paragraph"]))
    if "question" in place:
        return paper.questions.get(number=str(place["question"]))
    if "section" in place:
        return paper.sections.get(number=str(place["section"]))
    return paper


def _afterwards(row: Data, comment: Comment, actor_for: ActorFor) -> None:
    """What happened to a comment later. The files keep no earlier text: an edit repeats the present one."""
    if row.get("edited"):
        with clock.at(row["edited"]["at"]):
            actor = actor_for(row["author"])
            with acting_as(actor):
                workflow.edit_comment(
                    comment, actor=actor, body=row["text"], reason=row["edited"]["reason"], expected_version=1
                )
    if row.get("resolved"):
        with clock.at(row["resolved"]["at"]):
            actor = actor_for(row["resolved"]["by"])
            with acting_as(actor):
                workflow.resolve(comment, actor=actor)
    if row.get("withdrawn"):
        with clock.at(row["withdrawn"]["at"]):
            actor = actor_for(row["author"])
            with acting_as(actor):
                workflow.withdraw_comment(comment, actor=actor, reason=row["withdrawn"]["reason"])


def load_responses(data: Data, *, people: People, organisations: Organisations, actor_for: ActorFor) -> list[str]:
    """The firms' formal responses to one paper."""
    left_out: list[str] = []
    for row in data["responses"]:
        try:
            _respond(data["consultation"], row, people, organisations[row["organisation"]], actor_for)
        except (Refused, Forbidden) as error:
            left_out.append(
                f"Response of {row['organisation']} to {data['consultation']}: {str(error) or 'not allowed'}"
            )
    return left_out


def _respond(key: str, row: Data, people: People, organisation: Organisation, actor_for: ActorFor) -> None:
    begun = min(answer["drafted"]["at"] for answer in row["answers"] if answer.get("drafted"))
    with clock.at(begun):
        actor = actor_for(row["drafter"])
        with acting_as(actor):
            paper = Consultation.objects.get(key=key)
            if Response.objects.filter(consultation=paper, organisation=organisation).exists():
                return
            response = workflow.record_response(
                paper,
                actor=actor,
                stage="ready_for_sign_off" if row["stage"] == "submitted" else row["stage"],
                general_comments=row.get("general_comments", ""),
                **{role: people[row[role]] for role in ("drafter", "reviewer", "signatory") if row.get(role)},
                sign_off_due=row.get("sign_off_due"),
                withhold_name=bool(row.get("withhold_name")),
                withhold_submission=bool(row.get("withhold_submission")),
            )
    for answer in row["answers"]:
        _answer(paper, response, answer, people, actor_for, begun, row["drafter"])
    if row.get("submitted"):
        with clock.at(row["submitted"]["at"]):
            actor = actor_for(row["submitted"]["by"])
            with acting_as(actor):
                workflow.submit(response, actor=actor, receipt=row["submitted"]["receipt"])


def _answer(
    paper: Consultation,
    response: Response,
    row: Data,
    people: People,
    actor_for: ActorFor,
    begun: datetime,
    drafter: str,
) -> None:
    drafted = row.get("drafted") or {"at": begun, "by": drafter}
    signed = row["stage"] == AnswerStage.SIGNED_OFF
    with clock.at(drafted["at"]):
        actor = actor_for(drafted["by"])
        with acting_as(actor):
            answer = workflow.record_answer(
                response,
                paper.questions.get(number=str(row["question"])),
                actor=actor,
                body=row.get("text", ""),
                stage=AnswerStage.READY_FOR_SIGN_OFF if signed else row["stage"],
                position=row.get("position", ""),
                use=row.get("use", "publish_named"),
                assigned_to=people[row["assigned_to"]] if row.get("assigned_to") else None,
            )
    if signed:
        with clock.at(row["signed_off"]["at"]):
            actor = actor_for(row["signed_off"]["by"])
            with acting_as(actor):
                workflow.sign_off(answer, actor=actor)


def load_clarifications(data: Data, *, actor_for: ActorFor, **_more: Any) -> list[str]:
    """The clarification register of one paper: what firms asked, and what was answered to everybody."""
    left_out: list[str] = []
    asked: dict[str, Any] = {}
    for row in data["requests"]:
        with clock.at(row["at"]):
            actor = actor_for(row["by"])
            with acting_as(actor):
                paper = Consultation.objects.get(key=data["consultation"])
                known = ClarificationRequest.objects.filter(consultation=paper, asked_at=row["at"]).first()
                asked[row["key"]] = known or workflow.ask_for_clarification(
                    paper, actor=actor, body=row["text"], anchor=_part(paper, row)
                )
    for row in data["clarifications"]:
        with clock.at(row["at"]):
            actor = actor_for(row["by"])
            with acting_as(actor):
                paper = Consultation.objects.get(key=data["consultation"])
                if Clarification.objects.filter(consultation=paper, created_at=row["at"]).exists():
                    continue
                made = workflow.write_clarification(
                    paper,
                    actor=actor,
                    asked=row["asked"],
                    answer=row["answer"],
                    anchor=_part(paper, row),
                    requests=[asked[key] for key in row["answers"]],
                )
                try:
                    workflow.release_clarification(made, actor=actor, at=row["released_at"])
                except Refused as refusal:
                    left_out.append(f"Clarification of {data['consultation']}: {refusal.message}")
        with clock.at(row["released_at"]):
            clarification_news.due()
    return left_out


def _part(paper: Consultation, row: Data) -> Any:
    found = _anchor(paper, row.get("anchor") or {})
    return None if isinstance(found, Consultation) else found
