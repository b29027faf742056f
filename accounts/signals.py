"""The channel upward: what rooms to the right may hear from this one (ARCHITECTURE.md)."""

from django.dispatch import Signal

# Sent inside the transaction that made the account. Arguments: invitation, user, request.
invitation_accepted = Signal()
