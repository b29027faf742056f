"""Who may reach what: every address of the portal by its name, with its class, written by hand.

test_access_matrix.py asks each address, with each method, as each role and for each kind of object, and compares
the answer with this table. It knows nothing of `visible_q` or of the policies. A new address must be entered here:
`test_every_address_is_classified` fails until it is, and for an entry whose address is gone.
"""

from dataclasses import dataclass, replace

ANONYMOUS = "anonymous"
PASSWORD_ONLY = "password only"  # signed in with a password, the second factor not proved
OWN_FIRM = ("mei", "rosa", "poon")  # principal, contributor, coordinator of Harbour
RIVAL = "kalok"  # principal of Banyan
AGENCY = "fan"  # observer of the Financial Promotion Bureau
STAFF = ("officer", "secretary", "chair", "admin")
CLOSED = ("leaver", "ngai")  # a membership that has ended; a firm whose licence is suspended
ROLES = (ANONYMOUS, PASSWORD_ONLY, *OWN_FIRM, RIVAL, AGENCY, *STAFF, *CLOSED)

MEMBERS = frozenset({*OWN_FIRM, RIVAL, AGENCY, *STAFF})
WRITERS = MEMBERS - {AGENCY}
EVERYBODY = MEMBERS | {ANONYMOUS, PASSWORD_ONLY}
REGULATOR = frozenset(STAFF)
OFFICE = frozenset({"secretary", "chair"})
ROADMAP_KEEPERS = frozenset({"officer", "secretary", "chair"})
REGISTER_KEEPERS = frozenset({"secretary", "chair", "admin"})
NOBODY: frozenset[str] = frozenset()

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
READING = frozenset({"GET", "HEAD"})
GET_ALONE = frozenset({"GET"})
POSTING = frozenset({"POST"})
ANY = frozenset(METHODS)


@dataclass(frozen=True)
class Address:
    """The class of one address.

    `who` is let in, with one of the statuses of `reached` (GET) or `done` (POST, empty form); all others get
    `refusal`. `sign_in`: the public is sent to the sign-in page. A session with a password alone is sent to
    its second factor, from all but the addresses `without_second_factor`. `kind`: the address names an object of
    that kind, and one that is hidden from a reader answers exactly as one that does not exist (`absent`).
    """

    who: frozenset[str]
    methods: frozenset[str] = GET_ALONE
    sign_in: bool = True
    reached: frozenset[int] = frozenset({200})
    done: frozenset[int] = frozenset({200, 302, 422})
    refusal: int = 403
    kind: str = ""
    absent: int = 404
    without_second_factor: bool = False
    # Of those who are let in, who may send a form; None: all of them.
    writers: frozenset[str] | None = None
    note: str = ""


def statuses(*codes: int) -> frozenset[int]:
    return frozenset(codes)


# A session with a password alone is refused even what the public reads: the portal knows who it is, half.
PUBLIC = Address(EVERYBODY, sign_in=False)
# What it needs on its way: the pages about the portal, language and theme, and the account's doors.
OPEN = replace(PUBLIC, without_second_factor=True)
OPEN_POST = replace(OPEN, methods=POSTING)
PUBLIC_READING = replace(PUBLIC, methods=READING)
MEMBER = Address(MEMBERS)
MEMBER_READING = replace(MEMBER, methods=READING)
MEMBER_FORM = replace(MEMBER, methods=frozenset({"GET", "POST"}))
MEMBER_POST = replace(MEMBER, methods=POSTING)
# allauth's own pages of a person's account. They answer every method, as a form or with 405.
ACCOUNT = Address(MEMBERS, methods=ANY, reached=statuses(200, 302), done=statuses(200, 302, 400), note="allauth")
# The people of the tests have no authenticator of their own, and so nothing to see or to remove.
ACCOUNT_WITHOUT_FACTOR = replace(ACCOUNT, reached=statuses(404), done=statuses(404))
ACCOUNT_DOOR = replace(ACCOUNT, who=EVERYBODY, sign_in=False, without_second_factor=True)
ENROLMENT = replace(ACCOUNT, who=MEMBERS | {PASSWORD_ONLY}, without_second_factor=True)


def OBJECT(kind: str, base: Address = MEMBER_READING) -> Address:  # noqa: N802 - a class of addresses, like the others
    return replace(base, kind=kind)


# In the admin site everybody else who has signed in is sent to its door, which refuses them.
ADMIN = Address(REGULATOR, methods=ANY, refusal=302, reached=statuses(200), done=statuses(200, 302), note="admin")
ADMIN_DOOR = replace(ADMIN, reached=statuses(302), done=statuses(302), refusal=403, note="the admin's door")
# Pages that some methods do not reach.
ADMIN_PAGE = replace(ADMIN, reached=statuses(200, 405), done=statuses(200, 302, 405))


@dataclass(frozen=True)
class AdminModel:
    """A model of the admin site: all of the regulator's staff look, `adds` and `changes` write, nobody deletes."""

    adds: frozenset[str] = NOBODY
    changes: frozenset[str] = NOBODY
    looks: frozenset[str] = REGULATOR


ADMIN_MODELS = {
    "accounts.invitation": AdminModel(),
    "accounts.user": AdminModel(),
    "audit.entry": AdminModel(),
    "consultations.blackoutwindow": AdminModel(adds=OFFICE),
    "consultations.comment": AdminModel(),
    "consultations.conclusions": AdminModel(),
    "consultations.consultation": AdminModel(),
    "consultations.daychange": AdminModel(adds=OFFICE),
    "consultations.extension": AdminModel(adds=OFFICE),
    "consultations.guardrailrule": AdminModel(adds=OFFICE, changes=OFFICE),
    "consultations.personalinformationstatement": AdminModel(),
    "consultations.response": AdminModel(),
    "documents.document": AdminModel(),
    "initiatives.initiative": AdminModel(changes=ROADMAP_KEEPERS),
    "initiatives.initiativeupdate": AdminModel(adds=ROADMAP_KEEPERS),
    "initiatives.milestone": AdminModel(adds=ROADMAP_KEEPERS, changes=ROADMAP_KEEPERS),
    "initiatives.pillar": AdminModel(changes=ROADMAP_KEEPERS),
    "meetings.action": AdminModel(),
    "meetings.meeting": AdminModel(changes=OFFICE),
    "meetings.minutes": AdminModel(),
    "members.delegation": AdminModel(),
    "members.firmchange": AdminModel(),
    "members.identityprovider": AdminModel(),
    "members.membership": AdminModel(),
    "members.disposalproposal": AdminModel(),
    "members.legalhold": AdminModel(adds=REGISTER_KEEPERS),
    "members.organisation": AdminModel(adds=REGISTER_KEEPERS, changes=REGISTER_KEEPERS),
    "members.retentionrule": AdminModel(adds=REGISTER_KEEPERS, changes=REGISTER_KEEPERS),
    "members.registerimport": AdminModel(adds=REGISTER_KEEPERS, changes=REGISTER_KEEPERS),
    "members.workinggroup": AdminModel(adds=REGISTER_KEEPERS, changes=REGISTER_KEEPERS),
    "members.workinggroupmembership": AdminModel(),
    "notifications.delivery": AdminModel(),
    # Registered by the libraries that own them. Nobody has Django's permissions, so nobody sees these.
    "account.emailaddress": AdminModel(looks=NOBODY),
    "auth.group": AdminModel(looks=NOBODY),
    "mfa.authenticator": AdminModel(looks=NOBODY),
    "usersessions.usersession": AdminModel(looks=NOBODY),
}

COMMENT_FORM = replace(MEMBER_FORM, kind="comment", done=statuses(302, 422))
# The workspace of a draft: asked for the role before anything is looked for.
PAPER_KEEPERS = frozenset({"officer", "secretary", "chair"})
DRAFT = Address(PAPER_KEEPERS, kind="draft")
DRAFT_FORM = replace(DRAFT, methods=frozenset({"GET", "POST"}), done=statuses(302, 409, 422))
# The life of a paper: the paper is looked for first.
MANAGE = Address(PAPER_KEEPERS, kind="paper")
MANAGE_FORM = replace(MANAGE, methods=frozenset({"GET", "POST"}), done=statuses(302, 422))
# Its conclusions, which a paper has once it has closed; from the others an officer is led away.
CONCLUSIONS = replace(MANAGE, kind="conclusions")
CONCLUSIONS_FORM = replace(MANAGE_FORM, kind="conclusions")

ADDRESSES: dict[str, Address] = {
    "home": PUBLIC,
    "help": OPEN,
    "accessibility": OPEN,
    "privacy": OPEN,
    "favicon": OPEN,
    "metrics": replace(OPEN, note="the machine's own address alone: test_headers.py"),
    "set_language": replace(OPEN_POST, done=statuses(302)),
    # notifications
    "notifications:inbox": MEMBER,
    "notifications:mark_all_read": replace(MEMBER_POST, done=statuses(302)),
    "notifications:settings": replace(MEMBER_FORM, done=statuses(302)),
    "notifications:feeds": MEMBER_FORM,
    # Somebody else's key and one that does not exist lead back to the page alike.
    "notifications:revoke_feed_key": replace(MEMBER_POST, kind="feed key", done=statuses(302), absent=302),
    # Somebody else's notice and one that does not exist lead to the inbox alike.
    "notifications:open": replace(MEMBER_POST, kind="notice", done=statuses(302), absent=302),
    # The door of RFC 8058: open to whoever has the token of the mail.
    "notifications:unsubscribe": replace(OPEN, methods=frozenset({"GET", "POST"}), kind="token", done=statuses(200)),
    # accounts
    "accounts:profile": replace(MEMBER_FORM, done=statuses(200, 422)),
    "accounts:theme": replace(OPEN_POST, done=statuses(400)),
    "accounts:invitation": replace(
        OPEN, methods=frozenset({"GET", "POST"}), kind="invitation", done=statuses(302), absent=410
    ),
    # Somebody else's session and one that does not exist: the same.
    "accounts:end_session": replace(MEMBER_POST, kind="session", done=statuses(302)),
    # Nothing is held in a session of the tests.
    "accounts:carry_on": replace(MEMBER, reached=statuses(302)),
    "account_login": ACCOUNT_DOOR,
    "account_logout": replace(ACCOUNT_DOOR, who=EVERYBODY),
    "account_inactive": ACCOUNT_DOOR,
    "account_signup": ACCOUNT_DOOR,
    "account_reauthenticate": ENROLMENT,
    "account_email": ACCOUNT,
    "account_email_verification_sent": ACCOUNT_DOOR,
    "account_change_password": ACCOUNT,
    "account_set_password": ACCOUNT,
    "account_reset_password": ACCOUNT_DOOR,
    "account_confirm_login_code": ACCOUNT_DOOR,
    "account_confirm_password_reset_code": ACCOUNT_DOOR,
    "account_complete_password_reset": ACCOUNT_DOOR,
    "account_password_reset_completed": ACCOUNT_DOOR,
    "mfa_index": ENROLMENT,
    "mfa_authenticate": ACCOUNT_DOOR,
    "mfa_reauthenticate": ENROLMENT,
    "mfa_activate_totp": ENROLMENT,
    "mfa_deactivate_totp": ACCOUNT_WITHOUT_FACTOR,
    "mfa_view_recovery_codes": ACCOUNT_WITHOUT_FACTOR,
    "mfa_generate_recovery_codes": ACCOUNT,
    "mfa_download_recovery_codes": ACCOUNT_WITHOUT_FACTOR,
    "mfa_list_webauthn": ENROLMENT,
    "mfa_add_webauthn": ENROLMENT,
    "mfa_reauthenticate_webauthn": ENROLMENT,
    "mfa_remove_webauthn": replace(ACCOUNT, kind="key", methods=frozenset({"GET", "HEAD", "POST", "DELETE"})),
    "mfa_edit_webauthn": replace(ACCOUNT, kind="key", methods=frozenset({"GET", "HEAD", "POST", "PUT"})),
    "mfa_login_webauthn": ACCOUNT_DOOR,
    "usersessions_list": ACCOUNT,
    # the rooms
    "initiatives:roadmap": PUBLIC_READING,
    "initiatives:initiative": OBJECT("initiative", PUBLIC_READING),
    "consultations:list": PUBLIC,
    "consultations:calendar": MEMBER,
    "consultations:calendar_check": replace(MEMBER, who=REGULATOR),
    "consultations:calendar_days": MEMBER,
    "consultations:change_day": replace(MEMBER_POST, who=OFFICE, done=statuses(422)),
    "consultations:set_window": replace(MEMBER_POST, who=OFFICE, done=statuses(422)),
    "consultations:undo_change": replace(MEMBER_POST, who=OFFICE, kind="day change", done=statuses(302)),
    "consultations:move_deadlines": replace(MEMBER_POST, who=OFFICE, kind="day change", done=statuses(302)),
    "consultations:lift_window": replace(MEMBER_POST, who=OFFICE, kind="window", done=statuses(302)),
    "consultations:new": replace(DRAFT_FORM, kind="", done=statuses(422)),
    "consultations:draft": DRAFT,
    "consultations:draft_details": DRAFT_FORM,
    "consultations:draft_gaps": DRAFT,
    "consultations:draft_renumber": replace(DRAFT_FORM, done=statuses(302)),
    "consultations:draft_markdown": DRAFT,
    "consultations:draft_section": DRAFT,
    "consultations:draft_annex": DRAFT,
    "consultations:draft_add": replace(DRAFT_FORM, done=statuses(422)),
    "consultations:draft_part": DRAFT_FORM,
    "consultations:draft_move": replace(DRAFT_FORM, methods=POSTING, done=statuses(302)),
    # Without the seal of what was read nothing is removed.
    "consultations:draft_remove": replace(DRAFT_FORM, done=statuses(409)),
    "consultations:import_new": replace(DRAFT_FORM, done=statuses(422)),
    "consultations:import": DRAFT_FORM,
    "consultations:import_block": DRAFT_FORM,
    "consultations:import_commit": replace(DRAFT_FORM, reached=statuses(200, 302)),
    "consultations:import_discard": replace(DRAFT_FORM, methods=POSTING, done=statuses(302)),
    "consultations:import_file": DRAFT,
    "consultations:consultation": OBJECT("paper", PUBLIC),
    # the life of a paper
    "consultations:manage": MANAGE,
    "consultations:audience_preview": MANAGE,
    "consultations:ask_to_open": MANAGE_FORM,
    "consultations:take_back_opening": MANAGE_FORM,
    "consultations:approve_opening": replace(MANAGE_FORM, kind="opening"),
    "consultations:return_opening": replace(MANAGE_FORM, kind="opening"),
    "consultations:move_deadline": MANAGE_FORM,
    "consultations:extend": replace(MANAGE_FORM, who=OFFICE),
    "consultations:decide_extension": replace(MANAGE_FORM, who=OFFICE, kind="extension request"),
    "consultations:advance": replace(MANAGE, methods=POSTING, done=statuses(302)),
    "consultations:withdraw_paper": MANAGE_FORM,
    # Without conclusions there is nothing that could take effect.
    "consultations:effect": replace(MANAGE_FORM, reached=statuses(200, 302)),
    "consultations:conclusions": CONCLUSIONS,
    "consultations:conclusions_head": CONCLUSIONS_FORM,
    "consultations:publish_conclusions": CONCLUSIONS_FORM,
    "consultations:add_outcome": CONCLUSIONS_FORM,
    "consultations:outcome": replace(CONCLUSIONS_FORM, kind="outcome"),
    "consultations:move_outcome": replace(CONCLUSIONS_FORM, kind="outcome", methods=POSTING, done=statuses(302)),
    # Without the seal of what was read nothing is removed.
    "consultations:remove_outcome": replace(CONCLUSIONS_FORM, kind="outcome", done=statuses(409)),
    "consultations:amend": MANAGE_FORM,
    "consultations:part_history": OBJECT("paper", PUBLIC),
    "consultations:ask_for_extension": replace(
        MEMBER_FORM,
        who=frozenset({*OWN_FIRM, RIVAL}),
        kind="paper",
        done=statuses(422),
        writers=frozenset({"mei", RIVAL}),
    ),
    "consultations:reconfirm": replace(MEMBER, who=WRITERS, kind="paper"),
    "consultations:confirm_answer": replace(
        MEMBER_POST, who=frozenset({*OWN_FIRM, RIVAL}), kind="answer", done=statuses(302)
    ),
    "consultations:keep_draft": replace(MEMBER_POST, who=WRITERS, kind="own draft", done=statuses(302)),
    "consultations:thread": OBJECT("paper", PUBLIC),
    # Without a stamp there is nothing to compare: 204 for every paper, a hidden and an absent one alike.
    "consultations:news": replace(OBJECT("paper", PUBLIC), reached=statuses(204), absent=204),
    "consultations:export": OBJECT("paper", PUBLIC),
    "consultations:export_file": OBJECT("export", PUBLIC),
    "consultations:feed": replace(OBJECT("feed", PUBLIC_READING), methods=READING),
    "consultations:post": replace(MEMBER_POST, who=WRITERS, kind="paper", done=statuses(422)),
    "consultations:edit": COMMENT_FORM,
    "consultations:withdraw": COMMENT_FORM,
    "consultations:official": replace(COMMENT_FORM, methods=POSTING),
    "consultations:resolve": replace(COMMENT_FORM, methods=POSTING),
    "consultations:comment_history": OBJECT("comment", PUBLIC),
    # threads: drafts, readers, release by a colleague, files
    "consultations:save_draft": replace(MEMBER_POST, who=WRITERS, kind="paper", done=statuses(302)),
    "consultations:drafts": replace(MEMBER, who=WRITERS),
    "consultations:discard_draft": replace(MEMBER_POST, who=WRITERS, kind="comment draft", done=statuses(302)),
    "consultations:hold": COMMENT_FORM,
    "consultations:decide": replace(COMMENT_FORM, methods=POSTING, done=statuses(422)),
    "consultations:moderation": replace(MEMBER, who=ROADMAP_KEEPERS),
    "consultations:clarifications": OBJECT("paper", PUBLIC_READING),
    "consultations:ask_clarification": replace(
        MEMBER_FORM, who=frozenset({*OWN_FIRM, RIVAL}), kind="paper", done=statuses(422)
    ),
    "consultations:write_clarification": replace(MEMBER_FORM, who=ROADMAP_KEEPERS, kind="paper", done=statuses(422)),
    "consultations:clarification": replace(MEMBER_FORM, who=ROADMAP_KEEPERS, kind="clarification", done=statuses(422)),
    "consultations:change_clarification": replace(
        MEMBER_FORM, who=ROADMAP_KEEPERS, kind="clarification", done=statuses(422)
    ),
    "consultations:clarification_history": OBJECT("clarification number", PUBLIC_READING),
    "consultations:take_back_clarification": replace(
        MEMBER_POST, who=frozenset({*OWN_FIRM, RIVAL}), kind="clarification request", done=statuses(302)
    ),
    "consultations:decline_clarification": replace(
        MEMBER_FORM, who=ROADMAP_KEEPERS, kind="clarification request", done=statuses(422)
    ),
    "consultations:readers": COMMENT_FORM,
    "consultations:pin": replace(COMMENT_FORM, methods=POSTING, done=statuses(302)),
    "consultations:let_out": replace(COMMENT_FORM, methods=POSTING, done=statuses(302)),
    "consultations:give_back": COMMENT_FORM,
    "consultations:waiting": replace(MEMBER, who=frozenset({*OWN_FIRM, RIVAL})),
    "consultations:release_wish": replace(MEMBER_POST, who=frozenset({"poon"}), done=statuses(302)),
    "consultations:attachment": OBJECT("attachment", PUBLIC_READING),
    "consultations:shortcuts": PUBLIC,
    "meetings:list": MEMBER_READING,
    "meetings:actions": MEMBER_READING,
    "meetings:meeting": OBJECT("meeting"),
    "meetings:reply": replace(MEMBER_POST, kind="meeting", done=statuses(302)),
    "documents:list": MEMBER_READING,
    "documents:document": OBJECT("document"),
    "documents:appointment_letter": replace(MEMBER_FORM, who=OFFICE, kind="membership", done=statuses(422)),
    "documents:download": OBJECT("document"),
    "members:directory": MEMBER,
    # a firm's own pages: its people read the list, its coordinator acts
    "firm:people": replace(MEMBER_READING, who=frozenset({*OWN_FIRM, RIVAL})),
    "firm:invite": replace(MEMBER_FORM, who=frozenset({"poon"}), done=statuses(422)),
    "firm:certification": replace(MEMBER_FORM, who=frozenset({"poon"}), done=statuses(422)),
    "firm:role": replace(MEMBER_FORM, who=frozenset({"poon"}), kind="firm seat", done=statuses(422)),
    "firm:end": replace(MEMBER_FORM, who=frozenset({"poon"}), kind="firm seat", done=statuses(422)),
    "firm:withdraw": replace(MEMBER_FORM, who=frozenset({"poon"}), kind="firm invitation", done=statuses(302)),
    "firm:send_again": replace(MEMBER_FORM, who=frozenset({"poon"}), kind="firm invitation", done=statuses(302)),
    # a role held for a colleague: each organisation its own
    "members:delegations": replace(MEMBER_READING, who=WRITERS),
    "members:delegate": replace(MEMBER_FORM, who=frozenset({"mei", RIVAL, *REGISTER_KEEPERS}), done=statuses(422)),
    "members:end_delegation": replace(MEMBER_POST, who=WRITERS, kind="delegation", done=statuses(302)),
    # the portal as a firm's role sees it
    "members:views": replace(MEMBER, who=MEMBERS - {AGENCY}),
    "members:view_as": replace(MEMBER_FORM, who=OFFICE, kind="platform", done=statuses(422)),
    "members:stop_view_as": replace(MEMBER_POST, who=OFFICE, done=statuses(302)),
    # Signing in through a firm. No firm of the matrix has a provider but Harbour.
    "members:through_a_firm": replace(PUBLIC, methods=frozenset({"GET", "POST"}), done=statuses(422)),
    "members:to_firm": replace(PUBLIC, kind="identity provider"),
    # Whoever is signed in already stays where they are; the provider of the matrix is not there.
    "members:go_to_firm": replace(PUBLIC, kind="identity provider", reached=statuses(302, 403)),
    "members:from_firm": replace(PUBLIC, kind="identity provider", reached=statuses(403)),
    "members:firm_sign_in": replace(MEMBER, kind="own identity provider"),
    "members:connect_firm": replace(MEMBER, kind="own identity provider", reached=statuses(403)),
    "members:disconnect_firm": replace(MEMBER_POST, kind="own identity provider", done=statuses(302)),
    # oversight: nobody of these roles is in supervision, which alone asks (tests/members/test_overrides.py)
    "oversight:overrides": replace(MEMBER, who=frozenset({*OWN_FIRM, RIVAL}) | REGISTER_KEEPERS),
    "oversight:ask": replace(MEMBER_FORM, who=NOBODY),
    "oversight:decide": replace(MEMBER_FORM, who=OFFICE, kind="override", done=statuses(422)),
    "oversight:end": replace(MEMBER_FORM, who=OFFICE, kind="override", done=statuses(302)),
    "oversight:openings": replace(MEMBER, who=frozenset({*OWN_FIRM, RIVAL}) | REGISTER_KEEPERS),
    "oversight:opening_file": replace(MEMBER, who=frozenset({*OWN_FIRM, RIVAL}) | REGISTER_KEEPERS),
    # the record, for the regulator's office
    "audit_room:entries": replace(MEMBER, who=REGISTER_KEEPERS),
    "audit_room:export_csv": replace(MEMBER, who=REGISTER_KEEPERS),
    "audit_room:export_xlsx": replace(MEMBER, who=REGISTER_KEEPERS),
    # the admin site beside its models
    "admin:index": ADMIN,
    "admin:login": ADMIN_DOOR,
    "admin:logout": replace(ADMIN, reached=statuses(405)),
    "admin:password_change": ADMIN_PAGE,
    "admin:password_change_done": ADMIN_PAGE,
    "admin:autocomplete": replace(ADMIN, reached=statuses(403, 405), done=statuses(405)),  # no field asks for it
    "admin:jsi18n": ADMIN_PAGE,
    "admin:view_on_site": replace(ADMIN, reached=statuses(404), done=statuses(404)),
    "admin:app_list": ADMIN,
    "admin:catch_all": replace(ADMIN, reached=statuses(404), done=statuses(404)),
    "admin:members_membership_invite": replace(ADMIN, who=REGISTER_KEEPERS),
    "admin:members_identityprovider_set": replace(ADMIN, who=REGISTER_KEEPERS, done=statuses(422)),
    # the demonstration: absent in production (test_headers.py)
    "demo:confirm": replace(MEMBER_FORM, done=statuses(302)),
    "demo:enter": replace(OPEN_POST, done=statuses(404)),
    "demo:mailbox": replace(PUBLIC, reached=statuses(200, 404)),
    "demo:mail": replace(PUBLIC, kind="mail"),
    "demo:mail_html": replace(PUBLIC, kind="mail"),
}


def of_admin(model: str, page: str) -> Address:
    """The class of a model's page in the admin site, from ADMIN_MODELS."""
    known = ADMIN_MODELS[model]
    # Staff without the right meet a plain 403: they are in, and may not.
    if page == "changelist":
        return replace(ADMIN, who=known.looks)
    if page == "add":
        return replace(ADMIN, who=known.adds)
    if page == "delete":
        return replace(ADMIN, who=NOBODY, kind="admin", absent=302)
    writers = known.changes if page == "change" else None
    return replace(ADMIN, who=known.looks, kind="admin", absent=302, writers=writers)
