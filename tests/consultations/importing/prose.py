# ruff: noqa: E501  (one paper, one line of XML, one list of words a line)
"""Plausible text for papers on custody, in English and in Traditional Chinese, the same for the same seed."""

import random

_EN = {
    "who": "a platform operator|an associated entity|the responsible officers|a third-party custodian|senior management|the internal auditor|clients|the board|an outsourced provider|a designated signatory",
    "must": "should|would be expected to|would have to|could|may|would continue to|is proposed to|should not be allowed to",
    "do": "segregate client virtual assets from house assets|keep a written record of each movement between wallets|test the recovery plan at least once a year|obtain independent assurance over key management|review the storage ratio on each business day|approve transactions by more than one person|screen withdrawal addresses before release|report incidents to the SFC without delay|reconcile balances against the ledger every day|set limits for hot storage by class of asset|explain the risks of staking to retail investors|hold backup seeds in separate vaults",
    "when": "before a new service is launched|where the assets exceed the limit|within two business days|after a change of signatories|unless the SFC has agreed otherwise|at all times|if an incident has occurred|during the transitional period|as part of the annual review|once the outcome of this consultation is known",
    "why": "because losses fall on clients first|since a transfer on a public ledger is seldom reversed|so that an attacker cannot move assets alone|as the panel pointed out in earlier discussions|in line with the approach taken for conventional securities|given the pace at which custody technology changes|which several respondents to the soft consultation supported",
    "open": "We propose that|In our view,|The survey showed that|It follows that|We note that|For the avoidance of doubt,|Members suggested that|On balance, we consider that",
}
_ZH = {
    "who": "平台營運者|有聯繫實體|負責人員|第三方託管人|高級管理層|內部審計師|客戶|董事局|外判服務供應商|獲授權簽署人",
    "must": "應當|須|可以|將會|仍須|不應|有責任|宜",
    "do": "將客戶虛擬資產與自有資產分開存放|就錢包之間的每次轉移備存書面紀錄|至少每年測試復原計劃一次|就密鑰管理取得獨立核證|在每個營業日檢視儲存比率|由多於一人批准交易|在放行前篩查提取地址|毫不延誤地向證監會匯報事故|每日將結餘與帳本對帳|按資產類別訂立熱儲存上限|向零售投資者解釋質押的風險|在不同保險庫存放備份種子",
    "when": "在推出新服務之前|如資產超出上限|在兩個營業日內|於簽署人變更之後|除非證監會另行同意|在任何時候|如有事故發生|在過渡期內|作為年度檢討的一部分|待諮詢結果公布後",
    "why": "因為損失首先由客戶承擔|由於公開帳本上的轉移鮮能逆轉|使攻擊者不能單獨轉移資產|正如小組在較早前的討論中指出|與傳統證券所採取的方針一致|鑑於託管技術發展迅速|而這亦獲多名回應者支持",
    "open": "我們建議，|我們認為，|調查顯示，|由此可見，|我們留意到，|為免生疑問，|成員提出，|整體而言，|有見及此，",
}
_HEADINGS = {
    "en": ["Introduction", "Background", "Segregation of client assets", "Storage ratio and hot wallets", "Key management and signing", "Assurance by independent assessors", "Insurance and compensation arrangements", "Staking and on-chain actions", "Incident reporting", "Outsourcing and third-party custodians", "Transitional arrangements", "Seeking comments"],
    "zh": ["引言", "背景", "客戶資產的分隔", "儲存比率及熱錢包", "密鑰管理及簽署", "獨立評估人的核證", "保險及賠償安排", "質押及鏈上操作", "事故匯報", "外判及第三方託管人", "過渡安排", "徵詢意見"],
}  # fmt: skip
_SUB = {
    "en": ["Current requirements", "What has changed", "Proposed approach", "Options considered", "Practical effects"],
    "zh": ["現行規定", "最新變化", "建議方針", "曾考慮的方案", "實際影響"],
}


class Prose:
    def __init__(self, language: str, seed: int) -> None:
        self.zh = language != "en"
        self.language = "zh" if self.zh else "en"
        self.random = random.Random(seed)
        self.bank = {key: text.split("|") for key, text in (_ZH if self.zh else _EN).items()}
        self.count = 0

    def pick(self, key: str) -> str:
        return self.random.choice(self.bank[key])

    def sentence(self) -> str:
        self.count += 1
        figure = self.random.choice([self.random.randint(2, 98), self.random.randint(100, 999) * 100])
        if self.zh:
            tail = f"，{self.pick('why')}" if self.random.random() < 0.5 else f"，有關數目為{figure:,}"
            return f"{self.pick('open')}{self.pick('when')}，{self.pick('who')}{self.pick('must')}{self.pick('do')}{tail}。"
        who = self.pick("who")
        tail = f", {self.pick('why')}" if self.random.random() < 0.5 else f" (a figure of {figure:,} was given)"
        return f"{self.pick('open')} {self.pick('when')}, {who} {self.pick('must')} {self.pick('do')}{tail}."

    def paragraph(self, sentences: int = 0) -> str:
        count = sentences or self.random.randint(2, 5)
        return ("" if self.zh else " ").join(self.sentence() for _one in range(count))

    def item(self, last: bool = False) -> str:
        if self.zh:
            return f"{self.pick('who')}{self.pick('must')}{self.pick('do')}{'。' if last else '；'}"
        return f"{self.pick('who')} {self.pick('must')} {self.pick('do')}{'.' if last else ';'}"

    def question(self) -> str:
        if self.zh:
            return f"你是否同意{self.pick('who')}{self.pick('must')}{self.pick('do')}？請解釋你的意見。"
        return f"Do you agree that {self.pick('who')} {self.pick('must')} {self.pick('do')}? Please explain your views."

    def headings(self) -> list[str]:
        return list(_HEADINGS[self.language])

    def subheading(self) -> str:
        return self.random.choice(_SUB[self.language])

    def note(self) -> str:
        return self.sentence()
