#include "data_plane/gateway/splice.h"

#include "foundation/json/json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servery::gateway {

namespace {

// One change: bytes [where) become `text`. Changes never overlap.
struct edit {
    span_of where;
    std::string text;
    std::size_t order = 0;
};

// Collects the edits of one request; what goes behind the opening brace is gathered in front_.
class editor {
  public:
    editor(std::string_view body, const request_slices& what, const splice_plan& plan)
        : body_(body), what_(what), plan_(plan) {}

    status plan_all();
    [[nodiscard]] std::vector<edit> take();
    [[nodiscard]] std::uint32_t bits() const { return bits_; }

  private:
    void replace(span_of where, std::string text) {
        edits_.push_back({.where = where, .text = std::move(text)});
    }
    void insert_member(std::string_view name, std::string_view value) {
        front_ += json::quote(name) + ":" + std::string(value) + ",";
    }
    void drop_members(const std::vector<const member_slice*>& gone);
    void set_member(std::string_view name, std::string value);
    [[nodiscard]] bool is_dropped(span_of where) const;

    void model();
    status system_messages();
    void prompt();
    void parameters();
    void output_cap();
    void usage();
    void user();
    void redactions();

    std::string_view body_;
    const request_slices& what_;
    const splice_plan& plan_;
    std::vector<edit> edits_;
    std::vector<span_of> dropped_;
    std::string front_;
    std::uint32_t bits_ = 0;
};

bool is_system(const message_slice& m) {
    return m.role == "system" || m.role == "developer";
}

// Each with the comma that separates it from the members that stay.
void editor::drop_members(const std::vector<const member_slice*>& gone) {
    const auto& all = what_.members;
    const auto stays = [&](const member_slice& m) {
        return std::ranges::find(gone, &m) == gone.end();
    };
    for (const auto* m : gone) {
        const auto next = all.begin() + (m - all.data()) + 1;
        if (std::find_if(next, all.end(), stays) != all.end()) {
            replace({m->key.begin, next->key.begin}, "");
            continue;
        }
        std::size_t begin = what_.object.begin + 1;
        for (auto it = all.begin(); it + 1 != next; ++it) {
            if (stays(*it)) begin = it->value.end;
        }
        replace({begin, m->value.end}, "");
    }
}

void editor::set_member(std::string_view name, std::string value) {
    if (const auto* there = what_.member(name))
        replace(there->value, std::move(value));
    else
        insert_member(name, value);
}

void editor::model() {
    if (plan_.model.empty() || plan_.model == what_.model_text) return;
    set_member("model", json::quote(plan_.model));
    bits_ |= splice_bit::model;
}

status editor::system_messages() {
    if (plan_.system == caller_system::keep) return {};
    std::size_t kept = what_.turns.size();
    for (const auto& m : what_.turns)
        kept -= is_system(m) ? 1 : 0;
    if (kept == what_.turns.size()) return {};
    if (plan_.system == caller_system::reject)
        return fail(error_code::invalid_argument, "request.refused_field",
                    "this variant takes no system message from the caller", "messages",
                    "remove the message of role system");
    if (kept == 0)
        return fail(error_code::invalid_argument, "request.invalid_field",
                    "messages must hold more than system messages", "messages",
                    "send a message of role user");
    // The list is written anew from the messages that stay, each byte for byte.
    std::string list = "[";
    if (!plan_.prompt.empty())
        list += R"({"role":"system","content":)" + json::quote(plan_.prompt) + "}";
    for (const auto& m : what_.turns) {
        if (is_system(m)) continue;
        if (list.size() > 1) list += ',';
        std::string text(body_.substr(m.where.begin, m.where.size()));
        // From the back, so that offsets before stay right.
        for (auto it = plan_.redactions.rbegin(); it != plan_.redactions.rend(); ++it) {
            if (it->where.begin < m.where.begin || it->where.end > m.where.end) continue;
            text.replace(it->where.begin - m.where.begin, it->where.size(), json::quote(it->text));
        }
        list += text;
    }
    replace(*what_.messages, list + "]");
    dropped_.push_back(*what_.messages);
    bits_ |= splice_bit::system;
    return {};
}

bool editor::is_dropped(span_of where) const {
    return std::ranges::any_of(
        dropped_, [&](span_of d) { return where.begin >= d.begin && where.end <= d.end; });
}

void editor::prompt() {
    if (plan_.prompt.empty() || !what_.messages) return;
    bits_ |= splice_bit::prompt;
    if (is_dropped(*what_.messages)) return;
    const auto at = what_.turns.front().where.begin;
    replace({at, at}, R"({"role":"system","content":)" + json::quote(plan_.prompt) + "},");
}

void editor::parameters() {
    for (const auto& [name, value] : plan_.parameters) {
        constexpr std::array ours{"model", "messages", "stream", "stream_options"};
        if (std::ranges::find(ours, std::string_view(name)) != ours.end()) continue;
        set_member(name, json::write(value));
        bits_ |= splice_bit::parameter;
    }
}

void editor::output_cap() {
    if (!plan_.output_cap) return;
    const auto cap = std::to_string(*plan_.output_cap);
    constexpr std::array names{"max_completion_tokens", "max_tokens"};
    bool present = false;
    for (const auto* name : names) {
        if (plan_.parameters.contains(name)) return;
        const auto* m = what_.member(name);
        if (m == nullptr || body_.substr(m->value.begin, m->value.size()) == "null") continue;
        present = true;
        if (what_.max_output && *what_.max_output <= *plan_.output_cap) continue;
        replace(m->value, cap);
        bits_ |= splice_bit::output_cap;
    }
    if (present) return;
    set_member("max_tokens", cap);
    bits_ |= splice_bit::output_cap;
}

void editor::usage() {
    if (plan_.whole) {
        if (!what_.stream) return;
        set_member("stream", "false");
        if (const auto* m = what_.member("stream_options"); m != nullptr) drop_members({m});
        return;
    }
    if (!plan_.inject_usage || !what_.stream || what_.include_usage) return;
    bits_ |= splice_bit::usage;
    if (!what_.stream_options) {
        set_member("stream_options", R"({"include_usage":true})");
        return;
    }
    // {"include_usage":false,…} cannot hold the member twice.
    auto tree =
        json::parse(body_.substr(what_.stream_options->begin, what_.stream_options->size()));
    if (!tree || !tree->is_object()) return;
    tree->get_object()["include_usage"] = true;
    replace(*what_.stream_options, json::write(*tree));
}

void editor::user() {
    if (plan_.user == user_field::as_sent) return;
    std::vector<const member_slice*> gone;
    for (const auto* name : {"user", "safety_identifier"}) {
        const auto* m = what_.member(name);
        if (m == nullptr || body_.substr(m->value.begin, m->value.size()) == "null") continue;
        bits_ |= splice_bit::user;
        if (plan_.user == user_field::hashed && !plan_.user_hash.empty())
            replace(m->value, json::quote(plan_.user_hash));
        else
            gone.push_back(m);
    }
    drop_members(gone);
}

void editor::redactions() {
    for (const auto& r : plan_.redactions) {
        bits_ |= splice_bit::redaction;
        if (!is_dropped(r.where)) replace(r.where, json::quote(r.text));
    }
}

status editor::plan_all() {
    model();
    if (auto ok = system_messages(); !ok) return ok;
    prompt();
    parameters();
    output_cap();
    usage();
    user();
    redactions();
    return {};
}

std::vector<edit> editor::take() {
    if (!front_.empty()) {
        const auto behind_brace = what_.object.begin + 1;
        replace({behind_brace, behind_brace}, front_);
    }
    // Edits at one place keep the order in which they were planned.
    for (std::size_t i = 0; i < edits_.size(); ++i)
        edits_[i].order = i;
    std::ranges::sort(edits_, {}, [](const edit& e) { return std::pair(e.where.begin, e.order); });
    return std::move(edits_);
}

} // namespace

std::size_t spliced::size() const {
    std::size_t n = 0;
    for (const auto p : pieces_)
        n += p.size();
    return n;
}

std::string spliced::joined() const {
    std::string out;
    out.reserve(size());
    for (const auto p : pieces_)
        out += p;
    return out;
}

result<spliced> splice(std::string_view body, const request_slices& what, const splice_plan& plan) {
    editor editing(body, what, plan);
    if (auto ok = editing.plan_all(); !ok) return std::unexpected(ok.error());
    spliced out;
    std::size_t from = what.object.begin;
    for (auto& e : editing.take()) {
        // Two members dropped side by side share a comma.
        const auto begin = std::max(from, e.where.begin);
        if (begin > from) out.pieces_.push_back(body.substr(from, begin - from));
        if (!e.text.empty()) {
            out.owned_.push_back(std::make_unique<std::string>(std::move(e.text)));
            out.pieces_.push_back(*out.owned_.back());
        }
        from = std::max(from, e.where.end);
    }
    if (what.object.end > from) out.pieces_.push_back(body.substr(from, what.object.end - from));
    out.bits_ = editing.bits();
    return out;
}

} // namespace servery::gateway
