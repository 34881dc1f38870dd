// Data protection: finding a visitor, handing out what is stored, erasing it, and how long texts
// are kept. Reading the log takes seconds, so it runs on the pool.
#include "api/resources.h"
#include "control_plane/privacy/privacy_service.h"

#include <algorithm>

namespace servery::api {

namespace {

const std::string base = std::string(in_project) + "/privacy";

// 32 hex digits in scratch, for the stage on the pool.
status name_visitor(backend& with, call& c) {
    auto text = need_text(c, "visitor");
    if (!text) return std::unexpected(text.error());
    const auto visitor = with.privacy->visitor_named(c.project(), *text);
    if (!visitor) return std::unexpected(visitor.error());
    c.scratch["visitor"] = to_hex(*visitor);
    return {};
}

hash16 visitor_in(const call& c) {
    hash16 out{};
    const auto at = c.scratch.find("visitor");
    if (at == c.scratch.end()) return out;
    if (const auto bytes = from_hex(at->second); bytes && bytes->size() == out.size())
        std::ranges::copy(*bytes, out.begin());
    return out;
}

void add_find(route_table& to, backend& with) {
    auto r = change(http::method::post, base + "/find", {"privacy.find"}, "",
                    "visitors whose messages hold these words: words, or visitor", {});
    r.before = [&with](call& c) -> status {
        if (auto good = only_members(c, {"words", "visitor"}); !good) return good;
        return c.in.contains("visitor") ? name_visitor(with, c) : status{};
    };
    r.heavy = [&with](call& c) -> status {
        std::optional<hash16> visitor;
        if (c.scratch.contains("visitor")) visitor = visitor_in(c);
        auto found = with.privacy->find(c.project(), text_in(c, "words"), visitor);
        if (!found) return std::unexpected(found.error());
        c.scratch["found"] = json::write(*found);
        return {};
    };
    r.act = [](call& c) -> result<reply> {
        return text_reply(std::move(c.scratch["found"]), "application/json");
    };
    to.add(std::move(r));
}

void add_export(route_table& to, backend& with) {
    auto r = with_step_up(change(http::method::post, base + "/export", {"privacy.export"},
                                 "privacy.request_changed",
                                 "everything stored about a visitor; ?format=json or html", {}));
    r.rate = access::rate_class::export_;
    r.before = [&with](call& c) -> status {
        if (auto good = only_members(c, {"visitor"}); !good) return good;
        const auto format = c.word("format", "json");
        if (format != "json" && format != "html")
            return fail(error_code::invalid_argument, "privacy.export.format",
                        "'" + format + "' is no format of an export", "format", "json or html");
        return name_visitor(with, c);
    };
    r.heavy = [&with](call& c) -> status {
        auto pack = with.privacy->collect(c.project(), visitor_in(c));
        if (!pack) return std::unexpected(pack.error());
        c.scratch["pack"] =
            c.word("format", "json") == "html" ? privacy::export_page(*pack) : json::write(*pack);
        return {};
    };
    r.act = [&with](call& c) -> result<reply> {
        auto noted = with.privacy->note_export({.by = c.who.actor(), .request_id = c.request_id},
                                               c.project(), visitor_in(c));
        if (!noted) return std::unexpected(noted.error());
        const bool html = c.word("format", "json") == "html";
        auto out = text_reply(std::move(c.scratch["pack"]),
                              html ? "text/html; charset=utf-8" : "application/json");
        out.file_name = *noted + (html ? ".html" : ".json");
        return out;
    };
    to.add(std::move(r));
}

result<reply> erase(backend& with, call& c) {
    if (auto good = only_members(c, {"visitor", "confirm"}); !good)
        return std::unexpected(good.error());
    if (text_in(c, "confirm") != "erase")
        return fail(error_code::unprocessable, "privacy.erase.confirm", "erasing cannot be undone",
                    "confirm", R"(send "confirm": "erase")");
    if (auto named = name_visitor(with, c); !named) return std::unexpected(named.error());
    auto id = with.privacy->erase({.by = c.who.actor(), .request_id = c.request_id}, c.project(),
                                  visitor_in(c));
    if (!id) return std::unexpected(id.error());
    return ok({{"request", *id}, {"state", "in_progress"}}, 202);
}

// What is kept, what for, and how it goes; the numbers of days come from the rules in force.
json::array data_map() {
    const auto row = [](std::string_view data, std::string_view content, std::string_view kept,
                        bool exported, std::string_view erased) {
        return json::object{{"data", data},
                            {"content", content},
                            {"kept", kept},
                            {"in_export", exported},
                            {"erasure", erased}};
    };
    return {row("messages, drafts, notes", "text without personal details", "days of the rules",
                true, "texts blanked, visitor's hashes replaced"),
            row("texts of exchanges", "text without personal details", "days of the rules", true,
                "texts removed"),
            row("exchange rows", "numbers and hashes, no text", "400 days", true,
                "visitor's hashes replaced"),
            row("consents, labels", "versions, times, verdicts", "36 months", true,
                "row kept in the chain, detail deleted"),
            row("audit rows, spend", "ids and money", "36 months, 10 years", false,
                "detail deleted where it is about the visitor"),
            row("backups", "all of the above", "until you delete them", false,
                "not reached: delete them, or let their time pass")};
}

void add_reading(route_table& to, backend& with) {
    to.add(read(base + "/requests", "privacy.find", "requests for export and erasure, newest first",
                [&with](call& c) -> result<reply> {
                    return page(c, with.privacy->requests(c.project()));
                }));
    to.add(read(base + "/requests/{request}", "privacy.find",
                "one request, with its certificate when it is done",
                [&with](call& c) -> result<reply> {
                    auto found = with.privacy->request(c.project(), c.param("request"));
                    if (!found) return std::unexpected(found.error());
                    return ok(std::move(*found));
                }));
    to.add(read(
        base + "/retention", "project.read",
        "how many days texts are kept, and what the last run let go",
        [&with](call& c) -> result<reply> { return ok(with.privacy->retention(c.project())); }));
    to.add(read(base + "/map", "project.read", "what is kept, how long, and how it is erased",
                [&with](call& c) -> result<reply> {
                    return ok({{"items", data_map()},
                               {"rules", json::to_json(with.privacy->rules(c.project()))}});
                }));
}

} // namespace

void add_privacy(route_table& to, backend& with) {
    add_find(to, with);
    add_export(to, with);
    to.add(with_step_up(change(http::method::post, base + "/erase", {"privacy.erase"},
                               "privacy.request_changed",
                               R"(erase a visitor for good: visitor, confirm: "erase")",
                               [&with](call& c) { return erase(with, c); })));
    add_reading(to, with);
    to.add(change(http::method::post, base + "/retention/run", {"privacy.erase"},
                  "privacy.retention_ran", "let go now what the next nightly run would",
                  [&with](call&) -> result<reply> {
                      if (auto begun = with.privacy->run_retention(); !begun)
                          return std::unexpected(begun.error());
                      return ok({{"state", "running"}}, 202);
                  }));
}

} // namespace servery::api
