"""Whether a file is what its name says and carries nothing that acts by itself.

Sniffers are only a hint (SECURITY.md A7): here the extension is allowed, the structure agrees with it, and every part
is looked into. No file is opened by the program that it was made for. A virus scanner, where one is connected, comes
after (`documents.scanning`).
"""

from documents.checking.check import check
from documents.checking.finding import Finding, Objection

__all__ = ["Finding", "Objection", "check"]
