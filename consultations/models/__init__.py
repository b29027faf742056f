"""What exists: papers, what is said about them, what firms answer, and what came of it."""

from consultations.models.conclusions import Conclusions, NamedRespondent, ProposalOutcome
from consultations.models.discussion import Anchor, Comment, Resolution
from consultations.models.paper import (
    Annex,
    Clause,
    Consultation,
    Correction,
    Extension,
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
    "Clause",
    "Comment",
    "Conclusions",
    "Consultation",
    "Correction",
    "Extension",
    "NamedRespondent",
    "Paragraph",
    "PersonalInformationStatement",
    "ProposalOutcome",
    "Question",
    "Resolution",
    "Response",
    "Section",
    "TermDefinition",
]
