// The first page: plain words, what one can try, the commands; on the demo also the chat widget,
// embedded as on a customer's page. Nothing from outside; follows the reader's light or dark
// setting and fits a phone.
#include "api/resources.h"
#include "foundation/base/text.h"

namespace servery::api {

namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1c2430;--soft:#566070;--paper:#fbfbf9;--card:#fff;
--line:#dfe2e6;--accent:#0b6e4f;--code:#f1f3f2}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#a3adba;--paper:#14181d;
--card:#1b2027;--line:#2d343d;--accent:#5cc8a0;--code:#11151a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:46rem;margin:0 auto;padding:2.5rem 1.1rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
p{margin:.5rem 0}.lead{font-size:1.1rem;color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;
padding:.3rem 1.1rem 1rem;margin:1.2rem 0}
pre{background:var(--code);border:1px solid var(--line);border-radius:8px;padding:.7rem .8rem;
white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:.5rem 0}
ol{padding-left:1.3rem}li{margin:.9rem 0}a{color:var(--accent)}
ul{padding-left:1.3rem}ul li{margin:.4rem 0}.small{font-size:.92rem;color:var(--soft)}
footer{color:var(--soft);font-size:.9rem;margin-top:2.5rem}
)";

constexpr std::string_view demo_part = R"html(
<section>
<h2>The demo: a small guest house</h2>
<p>This server holds a made-up guest house. Its questions and answers are approved, its plan is
loaded, and it stands in the first phase, the <strong>sandbox</strong>: staff may try it, no guest
ever meets it.</p>
<ol>
<li>Ask something a guest would ask. You see the answer, how sure it is, and why.
<pre>servery ask "Is there wifi available?"
servery ask "Can I bring my dog?" --json</pre></li>
<li>Ask something it cannot know. It hands over to a person instead of inventing an answer.
<pre>servery ask "Who won the football yesterday?"</pre></li>
<li>Look at the plan, and at what still stands between the sandbox and the first guests.
<pre>servery plan show
servery plan lint
servery gate show guest-house G1</pre></li>
<li>Watch the whole road in a minute: invented guests, real gates, sandbox to production.
<pre>servery rehearse</pre></li>
<li>Break it on purpose. The rehearsal takes the share back by itself and says why.
<pre>servery rehearse --break-at 30</pre></li>
<li>Talk to it from a program, with the sandbox key that was printed at the start.
<pre>curl ADDRESS/v1/chat/completions -H "Authorization: Bearer $SANDBOX_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model":"any","messages":[{"role":"user","content":"Is there parking?"}]}'</pre></li>
<li>Check that nobody changed the record of what was decided.
<pre>servery audit verify</pre></li>
</ol>
</section>)html";

constexpr std::string_view first_part = R"html(
<section>
<h2>First steps</h2>
<ol>
<li>Make the first person. Use the local operator's right to do so, on the machine itself.
<pre>servery user create rosa --email rosa@example.com --password -</pre></li>
<li>Make a project from a template, and see what its plan still lacks.
<pre>servery project create guest-house --title "Questions of guests" --template faq-support
servery plan lint</pre></li>
<li>Bring in questions and answers; each one is approved before anybody sees it.
<pre>servery kb import faq.csv
servery kb approve --all
servery kb publish</pre></li>
<li>Or look at a finished example first.
<pre>servery demo --data demo-data --listen 127.0.0.1:8090</pre></li>
</ol>
</section>)html";

constexpr std::string_view chat_part = R"html(
<section>
<h2>Try the chat: the button in the corner</h2>
<p>This page carries the widget as a guest house's own page would: with one line.</p>
<pre>&lt;script async src="ADDRESS/widget/v1/loader.js" data-widget="WIDGET"&gt;&lt;/script&gt;</pre>
<ul>
<li>Ask <em>Is there wifi available?</em> The approved answer comes word for word, with the label that an
AI answers, and with <em>Was this right?</em> and <em>Report</em> beneath it.</li>
<li>Ask <em>What time is breakfast?</em> Several answers come close, so it asks back.</li>
<li>Ask <em>Who won the football yesterday?</em> It does not know, and hands over to a person.</li>
<li>Press <em>Talk to a person</em>: the conversation waits at the desk, and whoever takes it is
named in the chat. Until then, and after, the AI stays silent.</li>
<li>Reload in mid-sentence, open a second tab, go offline: the conversation goes on where it was.</li>
<li>The same as a whole page, to link to: <a href="/chat/WIDGET">ADDRESS/chat/WIDGET</a></li>
</ul>
<p class="small">The guest house stands in its sandbox, so the chat answers on this server's own pages
only; on any other page the button stays away until a pilot is open.</p>
</section>)html";

void put_in(std::string& text, std::string_view mark, std::string_view value) {
    for (auto at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size()))
        text.replace(at, mark.size(), value);
}

} // namespace

std::string start_page(const start_page_facts& facts) {
    std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                      "<title>Servery</title><style nonce=\"";
    out += facts.nonce;
    out += "\">";
    out += style;
    out += R"html(</style></head><body><main>
<h1>Servery is running</h1>
<p class="lead">It puts an AI in front of your customers step by step, and takes a step only when
measured answers say that it is safe.</p>
<p><a href="/console/">Open the console</a>: conversations, gates and numbers, for owner and
staff.</p>)html";
    const bool chat = facts.demo && !facts.widget.empty();
    if (chat) out += chat_part;
    out += R"html(
<p>Everything here works by command; each command has <code>--help</code> with an example. Tell
commands once which server is meant:</p>
<pre>export SERVERY_URL=ADDRESS SERVERY_DATA=its-data-folder</pre>)html";
    out += facts.demo ? demo_part : first_part;
    out += R"html(
<section>
<h2>For machines</h2>
<p><a href="/api/v1/openapi.yaml">The API's contract</a> · <a href="/healthz">health</a> ·
<a href="/readyz">readiness</a></p>
</section>
<footer>Servery )html";
    out += escape_html(facts.version);
    out += " · nothing on this page comes from anywhere else</footer></main>";
    if (chat) out += "<script async src=\"/widget/v1/loader.js\" data-widget=\"WIDGET\"></script>";
    out += "</body></html>\n";
    put_in(out, "ADDRESS", escape_html(facts.address));
    put_in(out, "WIDGET", escape_html(facts.widget));
    return out;
}

} // namespace servery::api
