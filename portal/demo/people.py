"""The handful of people whom the sign-in page offers, one for each way of seeing the portal."""

from accounts.models import User

OFFERED = (
    "meiyan.chan@harbour.example",
    "rosa.fung@harbour.example",
    "kawing.poon@harbour.example",
    "kalok.ho@banyan.example",
    "k.wong@sfc.example",
    "sn.kwok@sfc.example",
    "mh.tse@sfc.example",
    "wh.so@sfc.example",
    "sm.ho@sfc.example",
    "sk.fan@fpb.example",
    "singyu.ngai@peakline.example",
)


def may_enter(user: User) -> bool:
    """Only people of the demonstration's own domains, which cannot exist."""
    return user.email.endswith(".example")
