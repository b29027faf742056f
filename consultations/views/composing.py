"""What the composer does besides posting: keeps drafts and files, shows a preview, puts in a quotation."""

from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import guarding, workflow
from consultations.forms.discussion import CommentForm
from consultations.views.common import viewer_of
from members.viewer import Viewer
from portal.common import dates
from portal.common.errors import Conflict, Refused
from portal.common.markdown import clean_source, render

# One sentence for what was withdrawn, narrowed, and what never was.
ANSWERED_IS_GONE = gettext_lazy(
    "The comment that you are answering is no longer there for you to answer. Your text is kept here: post it as a "
    "comment of its own, or copy it."
)


def keep_draft(form: CommentForm, spot: workflow.Spot, viewer: Viewer, **more: Any) -> None:
    """Keep what stands in the form as a draft. Where another window has written on, that text is shown beside it."""
    typed = form.typed
    sent = typed.get("audience", "") if typed is not None else ""
    version = str(typed.get("keep") or typed.get("draft_version") or "") if typed is not None else ""
    try:
        form.draft = workflow.save_draft(
            spot,
            actor=viewer,
            body=form.text,
            expected_version=int(version) if version.isdecimal() else None,
            passage=form.passage_of(),
            goes_on="leaving" in typed,
            audience=sent if sent in form.offered else "",
            as_team="as_team" in typed,
            official="official" in typed,
            **more,
        )
    except Conflict as conflict:
        form.other = spot.find(viewer)
        if form.other is not None and "leaving" in typed:
            # Whoever leaves cannot be asked which of the two to keep: both are.
            workflow.add_to_draft(form.other, spot, actor=viewer, body=form.text)
            form.other = spot.find(viewer)
        form.state_words = conflict.message
    except Refused as refusal:
        form.state_words = refusal.message
    else:
        if form.draft is not None:
            form.state_words = _("Saved %(time)s") % {"time": dates.time(form.draft.updated_at)}


def take_files(request: HttpRequest, form: CommentForm, spot: workflow.Spot) -> None:
    """Keep the files that came with the form beside the draft, and take off those that it gives up."""
    viewer = viewer_of(request)
    if form.draft is not None:
        unwanted = set(request.POST.getlist("remove"))
        for file in form.draft.attachments.all():
            if str(file.pk) in unwanted:
                workflow.detach(file, actor=viewer)
    sources = request.FILES.getlist("files")
    if sources and form.draft is None:
        keep_draft(form, spot, viewer, for_files=True)
    if form.draft is not None:
        for source in sources:
            try:
                workflow.attach(form.draft, source, actor=viewer)
            except Refused as refusal:
                # With the name: of five files one may be refused.
                form.file_errors.append(f"{source.name}: {refusal.message}")
    if sources or request.POST.getlist("remove"):
        form.draft = spot.find(viewer)


def show_preview(form: CommentForm | None, text: str = "") -> SafeString:
    """The text as it would be posted; a sentence where it would be refused; and what its writer
    would be asked about first."""
    try:
        html = SafeString(render(clean_source(form.text if form else text)))
    except Refused as refusal:
        html = SafeString("")
        if form is not None:
            form.state_words = refusal.message
    if form is not None:
        form.preview = html
        form.preview_topics = guarding.foreseen(form.text, html, audience=form.chosen, actor=form.viewer)
    return html


def quote(form: CommentForm) -> None:
    """Put what is being answered before the text, as a quotation."""
    if form.parent is None or not form.parent.body:
        return
    quotation = "\n".join(f"> {line}".rstrip() for line in form.parent.body.splitlines())
    before = form.text.strip()
    form.put_in = f"{before}\n\n{quotation}\n\n".lstrip()
