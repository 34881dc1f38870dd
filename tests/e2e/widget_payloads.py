"""Script payloads: what must stay text, or go nowhere, wherever foreign words are shown."""

RUN = "window.ran=1;fetch('http://127.0.0.1:9/ran')"

TAGS = [f'<{tag} {attribute}="{RUN}">' for tag, attribute in [
    ("img src=x", "onerror"), ("svg", "onload"), ("body", "onload"), ("video src=x", "onerror"),
    ("audio src=x", "onerror"), ("details open", "ontoggle"), ("input autofocus", "onfocus"),
    ("iframe src=about:blank", "onload"), ("marquee", "onstart"), ("object data=x", "onerror"),
    ("embed src=x", "onerror"), ("style", "onload"), ("link rel=stylesheet href=x", "onerror"),
    ("select autofocus", "onfocus"), ("textarea autofocus", "onfocus"), ("keygen autofocus", "onfocus"),
    ("math href=x", "onclick"), ("form", "onsubmit"), ("button autofocus", "onfocus"),
    ("a href=x autofocus", "onfocus"), ("div style=animation:x", "onanimationstart"),
    ("img srcset=x", "onerror"), ("picture><source srcset=x><img", "onerror"),
    ("svg><animate attributeName=x", "onbegin"), ("svg><set attributeName=x", "onend"),
    ("isindex", "onfocus"), ("meter", "onmouseover"), ("dialog open", "onclose")]]

SCRIPTS = [
    f"<script>{RUN}</script>", f"</textarea><script>{RUN}</script>", f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>", f"<svg><script>{RUN}</script></svg>",
    f"<script src=data:text/javascript,{RUN}></script>", f"<ScRiPt>{RUN}</sCrIpT>",
    f"<iframe srcdoc='<script>{RUN}</script>'></iframe>", f"<math><mi><script>{RUN}</script>",
    f"<template><script>{RUN}</script></template>", "<base href=http://127.0.0.1:9/>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e", f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"{{{{constructor.constructor('{RUN}')()}}}}", f"${{{RUN}}}", f"`;{RUN};`"]

ADDRESSES = [prefix + RUN for prefix in [
    "javascript:", "JAVASCRIPT:", "java\tscript:", "java\nscript:", " javascript:", "\x01javascript:",
    "javascript\x00:", "vbscript:", "data:text/html,<script>", "data:text/html;base64,", "blob:",
    "javascript://%0a", "javascript:/*--></title></style></textarea>*/", "feed:javascript:",
    "view-source:javascript:", "jar:javascript:", "filesystem:javascript:", "about:blank#"]]

MARKDOWN = [form.format(a) for a in ADDRESSES for form in (
    "[press]({0})", "<{0}>", "[press][1]\n\n[1]: {0}", "![picture]({0})")] + [
    f"[a](https://x\" onmouseover=\"{RUN})", f"**<img src=x onerror={RUN}>**",
    f"`<img src=x onerror={RUN}>`", f"- <svg onload={RUN}>", f"[<img src=x onerror={RUN}>](https://a.example)",
    f"https://a.example/\"onmouseover=\"{RUN}", f"a@b.example\"onclick=\"{RUN}"]

ALL = TAGS + SCRIPTS + ADDRESSES + MARKDOWN


def conversation():
    """Every payload as a message of each author, as a choice, and as title and address of a source."""
    label = {"version": "v1", "text": ALL[0]}
    items = []
    for n, payload in enumerate(ALL):
        source = {"title": payload, "url": payload, "checked_on": payload}
        for author, more in (("visitor", {}), ("person", {"name": payload}), ("system", {}),
                             ("ai", {"label": label, "sources": [source]})):
            items.append({"seq": len(items) + 1, "id": f"msg_{n}_{author}", "author": author,
                          "kind": "text", "text": payload, **more})
    items.append({"seq": len(items) + 1, "id": "msg_last", "author": "ai", "kind": "ask",
                  "text": "Which?", "label": label,
                  "choices": [{"key": p, "question": p} for p in ALL[:3]]})
    return items
