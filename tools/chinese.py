"""The rules of written Chinese that a machine can check (docs: the glossary's rules, by number).

`complaints(text, language)` names every rule that a translation breaks. What needs a reader's ear (noun or verb,
tone, measure words) is not here: a native editor still reads both columns.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

CJK: Final = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
PLACEHOLDER: Final = re.compile(
    r"%%|%\((?P<named>\w+)\)[#0\- +]*\d*(?:\.\d+)?[sdifr]|(?P<positional>%[sdifr])|\{(?P<brace>\w*)\}"
)
TAG: Final = re.compile(r"<(/?[A-Za-z][\w-]*)\b[^>]*>")
LANGUAGE_NAMES: Final = re.compile("繁體中文|简体中文")  # each language names itself, whatever the page's language
QUOTED_SYMBOL: Final = re.compile("「[!！]」|“[!！]”")  # a sign that is to be typed, not a tone of voice

# The forms that the glossary refuses, and what it asks for instead.
REFUSED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "zh_Hant": (
        ("您", "你"),
        ("週", "周"),
        ("公佈", "公布"),
        ("發佈", "發布"),
        ("平臺", "平台"),
        ("登錄", "登入"),
        ("身份", "身分"),
        ("回復", "回覆"),
        ("帳號|賬戶|賬號", "帳戶"),
        ("搜索", "搜尋"),
        ("打印", "列印"),
        ("上傳", "上載"),
        ("電子郵件|電子郵箱|郵件|郵箱", "電郵"),
        ("視頻|視訊", "視像"),
        ("信息", "資訊 or 訊息"),
        ("鏈接", "連結"),
        ("默認", "預設"),
        ("菜單", "選單"),
        ("服務器", "伺服器"),
        ("軟體", "軟件"),
        ("網路", "網絡"),
        ("使用者", "用戶"),
        ("祕", "秘"),
        ("裏程碑", "里程碑"),
        ("証", "證"),
        ("聯系", "聯繫"),
        ("評論|留言", "意見"),
        ("訂單簿", "掛盤冊"),
        ("兩步驟?驗證|雙因素|雙重驗證|兩步驟?認證", "雙重認證"),
        ("通行密鑰", "通行密匙"),
        ("門戶", "網站"),
        ("組織", "機構"),
        ("首席代表", "主要代表"),
        ("許可證", "牌照"),
        ("簽署|簽名|數碼簽", "批核: a click is not a signature"),
        ("表決|決議", "another word: the group advises, it does not vote"),
        ("[“”‘’]", "「」 and 『』"),
    ),
    "zh_Hans": (
        ("你", "您"),
        ("谘", "咨"),
        ("(?<!香港)证监会", "香港证监会: bare 证监会 is the mainland's commission"),
        ("(?<!香港)金管局", "香港金管局"),
        ("登入|登陆", "登录"),
        ("登出", "退出登录"),
        ("帐户|帐号|账号", "账户"),
        ("搜寻", "搜索"),
        ("上载", "上传"),
        ("列印", "打印"),
        ("电邮", "邮件"),
        ("视像|视讯", "视频"),
        ("储存", "保存"),
        ("档案", "文件"),
        ("讯息", "消息"),
        ("资讯(?!科技)", "信息"),
        ("连结", "链接"),
        ("设定", "设置"),
        ("预设", "默认"),
        ("使用者", "用户"),
        ("汇出", "导出"),
        ("选单", "菜单"),
        ("伺服器", "服务器"),
        ("软体", "软件"),
        ("网路", "网络"),
        ("程式", "程序 or 应用"),
        ("工作天", "工作日"),
        ("纪录(?!册)", "记录"),
        ("会议记录", "会议纪要"),
        ("私隐(?![^《]*》)", "隐私 outside the titles of ordinances"),
        ("覆核", "复核"),
        ("运营者", "营运者"),
        ("通行密匙", "通行密钥"),
        ("复原码", "恢复码"),
        ("评论|留言", "意见"),
        ("首席代表", "主要代表"),
        ("签署|签名|数字签", "审批: a click is not a signature"),
        ("表决|决议", "another word: the group advises, it does not vote"),
        ("[「」『』]", "“” and ‘’"),
    ),
}
FORMAL_ADDRESS: Final = re.compile("閣下|阁下")

# Which old character set holds the script: what does not fit in it was written in the other script.
SCRIPT: Final = {"zh_Hant": ("cp950", "着"), "zh_Hans": ("gb2312", "")}


def placeholders(text: str) -> Counter[str]:
    """The values that a message takes. Named ones count once: a language may repeat or move them."""
    found: Counter[str] = Counter()
    for match in PLACEHOLDER.finditer(text):
        if match["positional"]:
            found[match[0]] += 1
        elif match[0] != "%%":
            found[match[0]] = 1
    return found


def tags(text: str) -> Counter[str]:
    return Counter(TAG.findall(text))


def complaints(text: str, language: str, context: str | None = None) -> Iterator[str]:
    """Every rule of the glossary that `text` breaks, in words for the translator."""
    text = LANGUAGE_NAMES.sub("", text)
    if re.search(r"<(?:i|em|cite)\b", text):
        yield "no italics in Chinese (13)"
    plain = PLACEHOLDER.sub("\ue000", TAG.sub("", text))
    yield from _words(plain, language, context)
    yield from _script(plain, language)
    yield from _punctuation(plain)
    yield from _spacing(plain)


def _words(text: str, language: str, context: str | None) -> Iterator[str]:
    for pattern, instead in REFUSED[language]:
        if match := re.search(pattern, text):
            yield f"“{match[0]}”: write {instead}"
    if (match := FORMAL_ADDRESS.search(text)) and "formal" not in (context or ""):
        yield f"“{match[0]}” stands in formal letters only (7)"


def _script(text: str, language: str) -> Iterator[str]:
    encoding, also = SCRIPT[language]
    strangers = {c for c in re.findall(CJK, text) if c not in also and not _fits(c, encoding)}
    if strangers:
        yield f"characters of the other script: {''.join(sorted(strangers))}"


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _punctuation(text: str) -> Iterator[str]:
    if re.search(r"[!！]", QUOTED_SYMBOL.sub("", text)):
        yield "no exclamation mark (8)"
    half = re.search(rf"{CJK}\s*[,;:?()]|[,;:?()]\s*{CJK}|{CJK}\.(?![A-Za-z0-9\ue000])|{CJK}['\"]|['\"]{CJK}", text)
    if half or (re.search(CJK, text) and re.search(r"[,;:]$", text.rstrip())):
        yield "half-width punctuation beside Chinese text (11)"
    if re.search(r"[０-９Ａ-Ｚａ-ｚ]", text):
        yield "full-width digits or letters (14)"


def _spacing(text: str) -> Iterator[str]:
    latin = r"[A-Za-z0-9\ue000]"
    if re.search(rf"{CJK}[ \u00a0]+(?:{latin}|{CJK})|{latin}[ \u00a0]+{CJK}|\u3000", text):
        yield "a space beside Chinese text: the style sheet draws it (13)"
