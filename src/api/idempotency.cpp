#include "api/idempotency.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <utility>

namespace servery::api {

namespace {

constexpr millis kept{24LL * 3'600'000};
constexpr std::size_t most_entries = 10'000;

std::string text_of(const hash32& body, const reply& answer) {
    return json::write(json::object{{"request", to_hex(body)},
                                    {"status", answer.status},
                                    {"body", answer.body},
                                    {"text", answer.text},
                                    {"content_type", answer.content_type},
                                    {"etag", answer.etag},
                                    {"file_name", answer.file_name},
                                    {"nonce", answer.nonce}});
}

// none: not a text of this version.
std::optional<std::pair<hash32, reply>> answer_from(const std::string& text) {
    auto parsed = json::parse(text, {.bytes = text.size() + 1, .depth = 128});
    if (!parsed || !parsed->is_object()) return std::nullopt;
    auto& from = parsed->get_object();
    std::pair<hash32, reply> out;
    const auto hash = from_hex(json::text_or(from, "request"));
    if (!hash || hash->size() != out.first.size() || !from.contains("body")) return std::nullopt;
    std::ranges::copy(*hash, out.first.begin());
    out.second.status = static_cast<int>(json::int_or(from, "status", 200));
    out.second.body = std::move(from.at("body"));
    out.second.text = json::text_or(from, "text");
    out.second.content_type = json::text_or(from, "content_type");
    out.second.etag = json::text_or(from, "etag");
    out.second.file_name = json::text_or(from, "file_name");
    out.second.nonce = json::text_or(from, "nonce");
    return out;
}

} // namespace

idempotency::idempotency(const clock& now, answer_keeper keeper)
    : now_(now), keeper_(std::move(keeper)) {
    if (!keeper_.read) return;
    for (const auto& before : keeper_.read())
        if (auto known = answer_from(before.text))
            add(before.slot,
                {.body = known->first, .at = before.at, .answer = std::move(known->second)});
}

hash32 idempotency::hash_of(std::string_view text) const {
    return blake2b_256_keyed(keeper_.key, as_bytes(text));
}

void idempotency::add(const hash32& slot, entry made) {
    order_.emplace_back(made.at, slot);
    entries_[slot] = std::move(made);
}

void idempotency::forget_old() {
    const auto now = now_.now();
    while (!order_.empty() &&
           (order_.front().first + kept <= now || order_.size() > most_entries)) {
        const auto at = entries_.find(order_.front().second);
        if (at != entries_.end() && at->second.at == order_.front().first) entries_.erase(at);
        order_.pop_front();
    }
}

result<std::optional<reply>> idempotency::begin(const std::string& slot, std::string_view body) {
    forget_old();
    const auto place = hash_of(slot);
    const auto hash = hash_of(body);
    if (const auto at = entries_.find(place); at != entries_.end()) {
        if (at->second.body != hash)
            return fail(error_code::conflict, "api.idempotency.reused",
                        "this Idempotency-Key was used for another request", "Idempotency-Key",
                        "make a new key for a new request");
        if (!at->second.answer)
            return fail(error_code::conflict, "api.idempotency.running",
                        "the same request is being carried out", "Idempotency-Key",
                        "wait for its answer");
        return at->second.answer;
    }
    add(place, {.body = hash, .at = now_.now(), .answer = {}});
    return std::optional<reply>{};
}

void idempotency::keep(const std::string& slot, const reply& answer) {
    const auto place = hash_of(slot);
    const auto at = entries_.find(place);
    if (at == entries_.end()) return;
    at->second.answer = answer;
    // A session's cookie is written nowhere.
    if (keeper_.keep && answer.set_cookies.empty())
        keeper_.keep(place, at->second.at, text_of(at->second.body, answer));
}

void idempotency::drop(const std::string& slot) {
    entries_.erase(hash_of(slot));
}

} // namespace servery::api
