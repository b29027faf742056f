import pytest

from tools.chinese import complaints, placeholders


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh_Hant", "《證券及期貨條例》（第571章）"),
        ("zh_Hant", "12項措施，PDF檔案須少於%(size)s。"),
        ("zh_Hant", "請輸入答覆，或選擇「沒有意見」"),
        ("zh_Hant", "Y年n月j日H:i"),
        ("zh_Hant", "里程碑，着手"),
        ("zh_Hant", "陳大文"),
        ("zh_Hans", "香港证监会于%(date)s收到。参考编号：%(reference)s。"),
        ("zh_Hans", "《个人资料（私隐）条例》（第486章）"),
        ("zh_Hans", "公众纪录册、资讯科技"),
        ("zh_Hans", "请输入答复，或选择“无意见”"),
        ("zh_Hant", "English、繁體中文、简体中文"),
        ("zh_Hans", "English、繁體中文、简体中文"),
        ("zh_Hant", "%(a)s, %(b)s"),
        ("zh_Hant", "「!」須置於行首。"),
        ("zh_Hans", "“!”须置于行首。"),
        ("zh_Hant", "另存為.%(extension)s檔案。"),
    ],
)
def test_good_wording_passes(language: str, text: str) -> None:
    assert list(complaints(text, language)) == []


@pytest.mark.parametrize(
    ("language", "text", "rule"),
    [
        ("zh_Hant", "請輸入答覆,謝謝", "(11)"),
        ("zh_Hant", "截止日期: %(date)s", "(11)"),
        ("zh_Hant", "%(name)s, 你好", "(11)"),
        ("zh_Hant", "通知(3)", "(11)"),
        ("zh_Hant", "已完成.", "(11)"),
        ("zh_Hans", '选择"无意见"', "(11)"),
        ("zh_Hant", "12 項措施", "(13)"),
        ("zh_Hant", "上載 PDF", "(13)"),
        ("zh_Hans", "共 %(count)s 项", "(13)"),
        ("zh_Hans", "<em>重要</em>", "(13)"),
        ("zh_Hant", "第３項", "(14)"),
        ("zh_Hant", "歡迎！", "(8)"),
        ("zh_Hant", "「歡迎！」", "(8)"),
        ("zh_Hant", "「!」須置於行首！", "(8)"),
        ("zh_Hant", "已另存.", "(11)"),
        ("zh_Hant", "您的帳戶", "你"),
        ("zh_Hans", "你的账户", "您"),
        ("zh_Hant", "閣下的回應", "(7)"),
        ("zh_Hant", "每週摘要", "周"),
        ("zh_Hant", "公佈", "公布"),
        ("zh_Hans", "公众谘询", "咨"),
        ("zh_Hans", "只供证监会参阅", "香港证监会"),
        ("zh_Hans", "金管局", "香港金管局"),
        ("zh_Hans", "私隐与保密", "隐私"),
        ("zh_Hant", "“沒有意見”", "「」"),
        ("zh_Hant", "簽署", "click"),
        ("zh_Hant", "登录", "other script"),
        ("zh_Hans", "登錄", "other script"),
    ],
)
def test_a_broken_rule_is_named(language: str, text: str, rule: str) -> None:
    assert any(rule in complaint for complaint in complaints(text, language))


def test_formal_letters_may_say_the_honorific() -> None:
    assert list(complaints("茲委任閣下為成員", "zh_Hant", "formal letter")) == []


def test_placeholders_count_named_values_once_and_positional_ones_each_time() -> None:
    assert placeholders("%(a)s and %(a)s, %s or %s, {b}, 5%%") == {"%(a)s": 1, "%s": 2, "{b}": 1}
