"""The document that the roadmap comes from (DOMAIN 1)."""

from datetime import date
from typing import Final

from portal.common.translated import column_language

PUBLISHED_ON: Final = date(2025, 2, 19)
TITLE: Final = "A-S-P-I-Re for a brighter future: SFC's regulatory roadmap for Hong Kong's virtual asset market"
_PAGE: Final = (
    "News-and-announcements/Policy-statements-and-announcements/"
    "A-S-P-I-Re-for-a-brighter-future-SFCs-regulatory-roadmap-for-Hong-Kongs-virtual-asset-market"
)


def source_url() -> str:
    """The SFC's own page: English, or Traditional Chinese for both Chinese versions of the portal."""
    return f"https://www.sfc.hk/{'en' if column_language() == 'en' else 'TC'}/{_PAGE}"
