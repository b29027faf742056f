"""The SFC's list of licensed platforms, compared with the register of members.

`reading` takes a file apart, `comparing` says what it would change, `words` says both in the reader's language,
`standing` says which firms' licences do not stand. The verbs are in members.workflow.importing.
"""

from members.register.comparing import Differences, differences

__all__ = ["Differences", "differences"]
