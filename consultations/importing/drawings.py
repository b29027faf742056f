"""What stands in a document beside text: pictures, charts, diagrams, equations, symbols."""

from lxml import etree

from consultations.importing.styles import w

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# Letters of the Symbol and Wingdings fonts that papers use; the code is the letter's place in the font.
_SYMBOL = dict(
    zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True),
) | {0xB7: "•", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xAE: "→", 0xDE: "⇒", 0xA5: "∞",
     0xE5: "∑", 0xD6: "√", 0x44: "Δ", 0x53: "Σ", 0x57: "Ω", 0xB0: "°", 0xBB: "≈", 0xAC: "←"}  # fmt: skip
_WINGDINGS = {0xA7: "▪", 0xD8: "➢", 0xFC: "✓", 0xFB: "✗", 0x6F: "☐", 0xA8: "☐", 0xFE: "☑", 0xFD: "☒", 0x6C: "●",
              0x6E: "■", 0x71: "❑", 0x76: "❖", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0x4A: "☺", 0x22: "✂", 0x2A: "✉",
              0x28: "☎", 0x52: "☐", 0x50: "✓", 0x54: "☒"}  # fmt: skip


def symbol(font: str, code: str) -> str:
    """The letter that a w:sym shows; "" where it is not known."""
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    place = place - 0xF000 if 0xF000 <= place <= 0xF0FF else place
    table = _WINGDINGS if "wingding" in font.lower() or "webding" in font.lower() else _SYMBOL
    if "symbol" in font.lower() or "ding" in font.lower():
        return table.get(place, chr(place) if "symbol" in font.lower() and 0x20 <= place < 0x7F else "")
    return chr(place) if place >= 0x20 else ""


def equation(element: etree._Element) -> str:
    """An equation on one line: (a)/(b), x^2, √(y)."""
    name = etree.QName(element).localname
    if name in ("t", "delText"):
        return element.text or ""
    if name.endswith("Pr"):
        return ""
    inner = [equation(one) for one in element if isinstance(one.tag, str)]
    parts = {etree.QName(one).localname: equation(one) for one in element if isinstance(one.tag, str)}
    match name:
        case "f":
            return f"({parts.get('num', '')})/({parts.get('den', '')})"
        case "sSup":
            return f"{parts.get('e', '')}^{_grouped(parts.get('sup', ''))}"
        case "sSub":
            return f"{parts.get('e', '')}_{_grouped(parts.get('sub', ''))}"
        case "sSubSup":
            return f"{parts.get('e', '')}_{_grouped(parts.get('sub', ''))}^{_grouped(parts.get('sup', ''))}"
        case "rad":
            degree = parts.get("deg", "")
            return f"{degree + ' ' if degree else ''}√({parts.get('e', '')})"
        case "d":
            return f"({', '.join(inner)})" if len(inner) > 1 else f"({''.join(inner)})"
        case "nary":
            sign = element.find(f"{M}naryPr/{M}chr")
            limits = f"_{_grouped(parts.get('sub', ''))}" if parts.get("sub") else ""
            limits += f"^{_grouped(parts.get('sup', ''))}" if parts.get("sup") else ""
            return f"{(sign.get(M + 'val') if sign is not None else None) or '∫'}{limits} {parts.get('e', '')}"
        case "mr":
            return ", ".join(inner)
        case "m":
            return f"[{'; '.join(inner)}]"
    return "".join(inner)


def _grouped(text: str) -> str:
    return text if len(text) < 2 else f"({text})"


def words_of(root: etree._Element | None) -> str:
    """All words of a chart or a diagram, in the order of the file."""
    if root is None:
        return ""
    found = []
    for one in root.iter():
        if isinstance(one.tag, str) and etree.QName(one).localname in ("t", "v") and (one.text or "").strip():
            found.append((one.text or "").strip())
    return " ".join(found)


def alt_text(element: etree._Element) -> str:
    """The description of a picture, or its title or name."""
    for one in element.iter():
        if not isinstance(one.tag, str):
            continue
        name = etree.QName(one).localname
        if name in ("docPr", "cNvPr"):
            return (one.get("descr") or one.get("title") or one.get("name") or "").strip()
        if name in ("shape", "rect") and (one.get("alt") or one.get("title")):
            return (one.get("alt") or one.get("title") or "").strip()
    return ""


def has_text_box(element: etree._Element) -> bool:
    return next(element.iter(w("txbxContent")), None) is not None
