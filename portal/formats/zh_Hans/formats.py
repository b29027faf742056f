"""No leading zeros, no spaces (GLOSSARY.md 15)."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日H:i"
SHORT_DATE_FORMAT = "Y年n月j日"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "n月j日"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%Y年%m月%d日"]
