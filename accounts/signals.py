"""The channel upward: what rooms to the right may hear from this one (ARCHITECTURE.md)."""

from django.dispatch import Signal

# Sent inside the transaction that made the account. Arguments: invitation, user, request.
invitation_accepted = Signal()

# Something about the safety of an account that its person must be told. Arguments: user, what (a name of
# notifications.security), address (where it is not the user's own), details: ip, browser and what belongs to it.
safety_changed = Signal()

# A person ended one of their sessions, or all the others. Arguments: user, count.
sessions_ended = Signal()
