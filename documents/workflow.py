"""What can happen to documents: they are filed, get versions, are checked, released and taken away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from audit.workflow import record
from documents import policies, rechecking, storing
from documents.enums import DocumentKind, ScanState
from documents.models import Document, Version
from documents.stored import StoredFile
from members.audience import Audience, could_read
from members.enums import OrganisationKind
from members.models import Membership, Organisation, WorkingGroup
from members.policies import require
from members.publication import Plan, carry_out
from members.viewer import Viewer, memberships_with_access, viewer_of
from portal.common import clock
from portal.common.errors import Refused


def file_document(
    *,
    actor: Viewer,
    organisation: Organisation,
    audience: str,
    titles: Mapping[str, str],
    kind: str = DocumentKind.OTHER,
    working_group: WorkingGroup | None = None,
    released_at: datetime | None = None,
    **fields: Any,
) -> Document:
    """Open a document without a file yet. `titles`: en, zh_hant, zh_hans.

    `released_at` None: the regulator alone reads it until `release`.
    """
    require(policies.can_file(actor))
    with transaction.atomic():
        document = Document(
            organisation=organisation,
            audience=audience,
            working_group=working_group,
            kind=kind,
            released_at=released_at,
            created_at=clock.now(),
            created_by=actor.user,
            **{f"title_{language}": text for language, text in titles.items()},
            **fields,
        )
        document.full_clean(validate_constraints=False)
        document.save(force_insert=True)
        record("documents.filed", document, actor=actor, audience=audience)
    return document


def file_appointment_letter(
    membership: Membership, *, actor: Viewer, file_name: str, content: storing.Source
) -> Document:
    """Keep the letter by which a person was appointed. Their organisation and the regulator read it, from now on.

    A second letter of the same membership is its next version. Refused, beside `file`, as in `file_version`.
    """
    require(policies.can_file_letter(actor))
    organisation = membership.organisation
    with transaction.atomic():
        letter = Document.objects.filter(appointment=membership).select_for_update(of=("self",)).first()
        if letter is None:
            name = membership.user.name_en
            letter = file_document(
                actor=actor,
                organisation=organisation,
                audience=Audience.REGULATOR if organisation.kind == OrganisationKind.REGULATOR else Audience.SHARED,
                titles={"en": f"Appointment of {name}", "zh_hant": f"{name}的委任書", "zh_hans": f"{name}的委任书"},
                kind=DocumentKind.APPOINTMENT,
                released_at=clock.now(),
                appointment=membership,
            )
        file_version(letter, actor=actor, file_name=file_name, content=content)
        record("documents.appointment_letter_filed", letter, actor=actor, membership=membership.pk)
    return letter


def file_version(
    document: Document,
    *,
    actor: Viewer,
    file_name: str,
    content: storing.Source,
    note: str = "",
    trusted: bool = False,
) -> Version:
    """Add `content` as the next version; the same bytes as the newest version add none.

    The file is checked here, and scanned where a scanner is connected (`storing.receive`), unless `trusted`: material
    that the portal itself has made. Refused, beside the field `file`: it is not taken in, and why.
    """
    require(policies.can_file(actor))
    received = storing.receive(content, file_name=file_name, trusted=trusted)
    with transaction.atomic():
        locked = Document.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=document.pk)
        newest = document.versions.order_by("-number").first()
        if newest is not None and newest.sha256 == received.sha256:
            return newest
        version = Version(
            document=document,
            number=newest.number + 1 if newest else 1,
            note=note,
            created_at=clock.now(),
            created_by=actor.user,
        )

        def save(row: Version) -> None:
            row.save(force_insert=True)
            record("documents.version_filed", document, actor=actor, number=row.number, sha256=row.sha256)

        storing.keep(
            version, received, organisation=None if trusted else locked.organisation, person_id=actor.user_id, save=save
        )
    return version


def release(document: Document, *, actor: Viewer) -> None:
    """From now on the document's audience reads it. Repeating it changes nothing."""
    require(policies.can_file(actor))
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.released_at is None or locked.released_at > clock.now():
            locked.released_at = clock.now()
            locked.save(update_fields=["released_at"])
            record("documents.released", locked, actor=actor)
            carry_out(plan_of_release(locked))
    document.released_at = locked.released_at


def plan_of_release(document: Document) -> Plan:
    """Whoever may read it from then on. Nobody gets a notice: it is found where it is mentioned."""
    able = [viewer for row in memberships_with_access() if could_read(viewer := viewer_of(row), document)]
    readers = tuple(viewer.person_id for viewer in able if viewer.is_member)
    return Plan(
        "documents.released",
        document,
        (),
        readers,
        narrowed=document.working_group_id is not None,
        is_public=document.audience == Audience.PUBLIC and document.working_group_id is None,
    )


def record_scan(version: Version, *, state: str, actor: Viewer | None) -> None:
    """Note what the check of a file found. An infected file never becomes clean: a new version must be filed."""
    require(policies.can_record_scan(actor))
    with transaction.atomic():
        locked = Version.objects.select_for_update(of=("self",)).select_related("document").get(pk=version.pk)
        if locked.scan_state == ScanState.INFECTED and state != ScanState.INFECTED:
            raise Refused(_("An infected file cannot be cleared. File a new version."))
        locked.scan_state = ScanState(state)
        locked.save(update_fields=["scan_state"])
        record("documents.scanned", locked.document, actor=actor, number=locked.number, state=state)
    version.scan_state = locked.scan_state


def check_again() -> int:
    """Check the files that wait for their check or could not be checked, of every room; returns how many are clean now.

    By the system alone: `tasks`, woken by beat and after each file that could not be scanned.
    """

    def note(row: StoredFile, subject: models.Model, state: str) -> None:
        number = {"number": row.number} if isinstance(row, Version) else {}
        record("documents.scanned", subject, actor=None, file=str(row.pk), state=state, **number)

    return rechecking.check_again(note)


def note_download(version: Version, *, actor: Viewer) -> None:
    """Record that `actor` took this file away, where that is recorded at all (`Document.is_logged`)."""
    if version.document.is_logged:
        record("documents.downloaded", version.document, actor=actor, number=version.number, sha256=version.sha256)


def note_opening(document: Document, *, actor: Viewer) -> None:
    """Record that `actor` opened the page of a paper under the secrecy provisions (SFO s.378)."""
    # A look through a firm's eyes has its own record, page by page (members.mirroring).
    if document.secrecy_notice and not actor.is_mirror:
        record("documents.opened", document, actor=actor)
