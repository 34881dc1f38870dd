// The export as a page for people: opens without Servery, loads nothing.
#include "control_plane/privacy/privacy_service.h"
#include "foundation/base/text.h"

namespace servery::privacy {

namespace {

std::string text_of(const json::object& o, std::string_view member) {
    return escape_html(json::text_or(o, member));
}

const json::array& list_of(const json::object& o, std::string_view member) {
    static const json::array none;
    const auto* v = o.if_contains(member);
    return v != nullptr && v->is_array() ? v->get_array() : none;
}

std::string conversation_html(const json::object& c) {
    std::string out = "<h2>Conversation of " + text_of(c, "opened") + "</h2>\n<dl>\n";
    for (const auto& m : list_of(c, "messages")) {
        const auto& o = m.as_object();
        out += "<dt>" + text_of(o, "author") + ", " + text_of(o, "at") + "</dt><dd>" +
               text_of(o, "text") + "</dd>\n";
    }
    return out + "</dl>\n";
}

std::string rows_html(const json::array& rows, const std::vector<std::string>& columns) {
    std::string out = "<table><tr>";
    for (const auto& c : columns)
        out += "<th>" + escape_html(c) + "</th>";
    out += "</tr>\n";
    for (const auto& r : rows) {
        out += "<tr>";
        for (const auto& c : columns)
            out += "<td>" + text_of(r.as_object(), c) + "</td>";
        out += "</tr>\n";
    }
    return out + "</table>\n";
}

} // namespace

std::string export_page(const json::object& pack) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Your data</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;"
        "padding:0 1rem}dd{margin:0 0 .8rem;white-space:pre-wrap}td,th{text-align:left;"
        "padding:.2rem .8rem .2rem 0}</style></head><body>\n<h1>What is stored about you</h1>\n<p>"
        "Made on " +
        text_of(pack, "made_at") +
        ". Texts are shown as they are kept: personal details were taken out before anything was "
        "stored.</p>\n";
    for (const auto& c : list_of(pack, "conversations"))
        out += conversation_html(c.as_object());
    out += "<h2>Consent</h2>\n" +
           rows_html(list_of(pack, "consents"), {"at", "purpose", "state", "version"});
    out += "<h2>Judgements of answers</h2>\n" +
           rows_html(list_of(pack, "labels"), {"at", "verdict"}) +
           rows_html(list_of(pack, "feedback"), {"at", "thumb", "reason"});
    out += "<h2>Requests to the assistant</h2>\n" +
           rows_html(list_of(pack, "exchanges"), {"at", "answered_by", "provider"});
    return out + "</body></html>\n";
}

} // namespace servery::privacy
