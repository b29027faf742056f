"""What this room tells the rooms to its right."""

from dataclasses import dataclass

from django.dispatch import Signal


@dataclass(frozen=True)
class Handed:
    """What a room did with what somebody who left had open: how many went to the successor, how many stayed."""

    moved: int = 0
    kept: int = 0


# A membership ended and its access has closed. Arguments: hand_over (members.models.HandOver, saved and locked), whose
# successor is None where nobody takes over. A receiver moves what was open to the successor, within the transaction,
# leaves what was posted under its author's name, and returns a `Handed`. It may be asked again when somebody is named
# later: what was moved is no longer the leaver's.
membership_ended = Signal()
