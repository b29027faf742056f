"""What the security tests share."""

from tests.members.conftest import grid

__all__ = ["grid"]
