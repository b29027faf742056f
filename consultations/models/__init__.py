"""What exists: papers, what is said about them, what firms answer, and what came of it."""

from consultations.models.calendar import BlackoutWindow, DayChange
from consultations.models.clarifications import Clarification, ClarificationRequest
from consultations.models.conclusions import Conclusions, NamedRespondent, ProposalOutcome
from consultations.models.discussion import (
    Anchor,
    Attachment,
    Comment,
    CommentDraft,
    DraftAttachment,
    GuardrailRule,
    Mention,
    Moderation,
    Resolution,
    Seen,
)
from consultations.models.making import OpeningRequest, PaperImport
from consultations.models.paper import (
    Annex,
    Clause,
    Consultation,
    Correction,
    DeadlineChange,
    Extension,
    ExtensionRequest,
    Paragraph,
    PersonalInformationStatement,
    Question,
    Section,
    TermDefinition,
)
from consultations.models.responses import Answer, Response

__all__ = [
    "Anchor",
    "Annex",
    "Answer",
    "Attachment",
    "BlackoutWindow",
    "Clarification",
    "ClarificationRequest",
    "Clause",
    "Comment",
    "CommentDraft",
    "Conclusions",
    "Consultation",
    "Correction",
    "DayChange",
    "DeadlineChange",
    "DraftAttachment",
    "Extension",
    "ExtensionRequest",
    "GuardrailRule",
    "Mention",
    "Moderation",
    "NamedRespondent",
    "OpeningRequest",
    "PaperImport",
    "Paragraph",
    "PersonalInformationStatement",
    "ProposalOutcome",
    "Question",
    "Resolution",
    "Response",
    "Section",
    "Seen",
    "TermDefinition",
]
