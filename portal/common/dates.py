"""Days and times as people read them: always Hong Kong time, in the three languages (GLOSSARY.md 15).

English puts a no-break space between day and month; Chinese types none. A day of another year than the
present one says its year.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from portal.common import clock
from portal.common.translated import column_language

NBSP: Final = "\u00a0"
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ZH_WEEKDAYS: Final = "一二三四五六日"


def hong_kong_day(value: date | datetime) -> date:
    """The calendar day of `value` in Hong Kong; an aware datetime is converted, a date is taken as it is."""
    return value.astimezone(clock.HONG_KONG).date() if isinstance(value, datetime) else value


def day(value: date | datetime, *, language: str | None = None, year: bool | None = None) -> str:
    """`Fri 11 Dec`, or 12月11日（星期五）. `year` None: told only when it is not the present year."""
    d = hong_kong_day(value)
    return _day(d, column_language(language), d.year != clock.today().year if year is None else year)


@lru_cache(maxsize=2048)
def _day(d: date, language: str, with_year: bool) -> str:
    if language == "en":
        text = f"{WEEKDAYS[d.weekday()][:3]} {d.day}{NBSP}{MONTHS[d.month - 1][:3]}"
        return f"{text} {d.year}" if with_year else text
    text = f"{d.month}月{d.day}日（星期{ZH_WEEKDAYS[d.weekday()]}）"
    return f"{d.year}年{text}" if with_year else text


def time(value: datetime) -> str:
    """`18:00`, 24-hour clock."""
    return value.astimezone(clock.HONG_KONG).strftime("%H:%M")


def day_and_time(value: datetime, *, language: str | None = None, this_year: int | None = None) -> str:
    """`Fri 11 Dec, 18:00`, or 12月11日（星期五）18:00. `this_year`: for who says a hundred of them."""
    known = column_language(language)
    here = value.astimezone(clock.HONG_KONG)
    text = _day(here.date(), known, here.year != (this_year or clock.today().year))
    return f"{text}{', ' if known == 'en' else ''}{here.hour:02}:{here.minute:02}"


def long_day(value: date | datetime, *, language: str | None = None, weekday: bool = False) -> str:
    """`11 December 2026`, or 2026年12月11日; with `weekday`, `Friday 11 December 2026` or …（星期五）."""
    d = hong_kong_day(value)
    if column_language(language) == "en":
        text = f"{d.day}{NBSP}{MONTHS[d.month - 1]} {d.year}"
        return f"{WEEKDAYS[d.weekday()]} {text}" if weekday else text
    text = f"{d.year}年{d.month}月{d.day}日"
    return f"{text}（星期{ZH_WEEKDAYS[d.weekday()]}）" if weekday else text


def long_day_and_time(value: datetime, *, language: str | None = None) -> str:
    """A deadline in full: `Friday 11 December 2026, 18:00 Hong Kong time`."""
    d = long_day(value, language=language, weekday=True)
    match column_language(language):
        case "en":
            return f"{d}, {time(value)} Hong Kong time"
        case "zh_hans":
            return f"{d}{time(value)}（香港时间）"
        case _:
            return f"{d}{time(value)}（香港時間）"


def short_month(value: date | datetime, *, language: str | None = None) -> str:
    """`Dec`, or 12月: the head of a calendar leaf."""
    d = hong_kong_day(value)
    return MONTHS[d.month - 1][:3] if column_language(language) == "en" else f"{d.month}月"


def short_weekday(value: date | datetime, *, language: str | None = None) -> str:
    """`Fri`, or 星期五."""
    d = hong_kong_day(value)
    if column_language(language) == "en":
        return WEEKDAYS[d.weekday()][:3]
    return f"星期{ZH_WEEKDAYS[d.weekday()]}"


def days_until(value: date | datetime) -> int:
    """Calendar days in Hong Kong from today to `value`: 0 today, negative in the past."""
    return (hong_kong_day(value) - clock.today()).days


def microseconds(value: datetime) -> int:
    """Microseconds since 1970 (UTC), exactly: a float would lose the last ones."""
    since = value - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
