"""What this room records, in words: read by audit.words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "notifications.feed_key_made": _("Feed key made"),
    "notifications.feed_key_revoked": _("Feed key revoked"),
}
