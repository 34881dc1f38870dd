// bench_long_log: makes the log of a stopped data folder long, by telling its conversations again
// under other ids, with the heartbeats and facts of the days they would have taken; then times how
// fast the store reads it all. The folder stays a good one: `servery serve` starts on it.
//
//   bench_long_log --data DIR --records 200000 [--heartbeats 7 --facts 2]   a conversation
#include "bench/options.h"
#include "foundation/base/key_tree.h"
#include "foundation/events/desk.h"
#include "foundation/events/fact.h"
#include "foundation/events/heartbeat.h"
#include "foundation/store/store.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace {

using namespace servery;

// Ids, visitors and conversations of the k-th telling: the last characters carry k.
std::string renamed(std::string text, std::uint64_t k, std::string_view digits) {
    const auto base = digits.size();
    for (auto at = text.size(); at > text.size() - 6; --at, k /= base) {
        const auto old = digits.find(text[at - 1]);
        if (old != std::string_view::npos) text[at - 1] = digits[(old + k) % base];
    }
    return text;
}

constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view hex = "0123456789abcdef";

bool is_own_id(std::string_view text) {
    for (const std::string_view prefix : {"cv_", "msg_", "trn_", "drf_", "exc_", "lb_"})
        if (text.starts_with(prefix) && text.size() == prefix.size() + 26) return true;
    return false;
}

void rename(json::object& body, std::uint64_t k) {
    for (auto& [key, value] : body) {
        if (!value.is_string()) continue;
        const std::string text(value.get_string());
        const bool hash = key == "visitor" || key == "conversation_hash";
        if (is_own_id(text)) value = renamed(text, k, base32);
        if (hash && text.size() == 32) value = renamed(text, k, hex);
    }
}

void rename(hash16& id, std::uint64_t k) {
    for (std::size_t i = 0; i < 4; ++i)
        id[15 - i] = static_cast<std::uint8_t>(id[15 - i] + (k >> (8 * i)));
}

std::string conversation_of(const events::event& e) {
    if (!e.kind.starts_with("fact") && !e.kind.starts_with("grant"))
        return json::text_or(e.body, "conversation");
    return {};
}

struct tales {
    std::map<std::string, std::vector<events::event>> events; // by conversation
    std::map<std::string, hash16> hash_of;
    std::multimap<hash16, events::exchange> rows;
    std::vector<events::event> facts;
    events::event heartbeat;
    std::string project;
    std::int64_t records = 0;
};

tales read_tales(const store::store& from) {
    tales out;
    const auto done = from.replay(
        1,
        [&](events::event&& e) {
            ++out.records;
            if (e.kind == "fact") out.facts.push_back(e);
            const auto conversation = conversation_of(e);
            if (conversation.empty()) return;
            if (events::is<events::conversation_changed>(e)) {
                const auto r = events::read<events::conversation_changed>(e);
                if (r.cause == "opened") out.hash_of[conversation] = r.conversation_hash;
            }
            out.project = e.project;
            out.events[conversation].push_back(std::move(e));
        },
        [&](events::exchange&& x) {
            ++out.records;
            out.rows.emplace(x.conversation, std::move(x));
        });
    if (!done) std::fprintf(stderr, "%s\n", to_line(done.error()).c_str());
    return out;
}

// One conversation again, and what the clock would have written meanwhile.
std::int64_t tell(store::store& to, const tales& all, const std::string& conversation,
                  std::uint64_t k, std::int64_t heartbeats, std::int64_t facts, instant& minute) {
    std::vector<events::event> batch;
    std::int64_t told = 0;
    if (const auto hash = all.hash_of.find(conversation); hash != all.hash_of.end()) {
        const auto [from, end] = all.rows.equal_range(hash->second);
        for (auto it = from; it != end; ++it) {
            auto x = it->second;
            x.exchange_id = renamed(x.exchange_id, k, base32);
            rename(x.conversation, k);
            if (x.visitor) rename(*x.visitor, k);
            x.at = minute;
            told += to.post(std::move(x)) ? 1 : 0;
        }
    }
    for (auto e : all.events.at(conversation)) {
        rename(e.body, k);
        e.at = minute;
        batch.push_back(std::move(e));
    }
    for (std::int64_t i = 0; i < heartbeats; ++i) {
        minute = minute + millis{60'000};
        batch.push_back(events::make_event(
            events::heartbeat{
                .minute = minute, .state = events::minute_state::up, .decided_by = "probe"},
            {.at = minute, .project = all.project, .object_type = "project"}));
    }
    for (std::int64_t i = 0; i < facts && !all.facts.empty(); ++i) {
        auto e = all.facts[(k * 7 + static_cast<std::uint64_t>(i)) % all.facts.size()];
        e.at = minute;
        batch.push_back(std::move(e));
    }
    told += static_cast<std::int64_t>(batch.size());
    if (const auto done = to.commit(std::move(batch)); !done) {
        std::fprintf(stderr, "%s\n", to_line(done.error()).c_str());
        std::exit(1);
    }
    return told;
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

} // namespace

int main(int argc, char** argv) {
    const bench::options options(argc, argv);
    const std::filesystem::path folder = options.text("data", "");
    const auto wanted = options.number("records", 200'000);
    const auto master = find_master_key({.folder = folder});
    if (!master) return std::fprintf(stderr, "%s\n", to_line(master.error()).c_str()), 1;
    const auto keys = key_tree::open(folder, *master);
    if (!keys) return std::fprintf(stderr, "%s\n", to_line(keys.error()).c_str()), 1;
    const system_clock now;
    system_random random;
    auto opened =
        store::store::open({.folder = folder, .now = &now, .random = &random, .keys = &*keys});
    if (!opened) return std::fprintf(stderr, "%s\n", to_line(opened.error()).c_str()), 1;
    auto& log = **opened;

    const auto all = read_tales(log);
    if (all.events.empty()) return std::fprintf(stderr, "the log tells no conversation\n"), 1;
    auto records = all.records;
    // The past has room for a heartbeat a minute.
    const auto per_tale = options.number("heartbeats", 7);
    auto minute = now.now() - millis{(wanted - records) * 60'000};
    minute.ms -= minute.ms % 60'000;
    for (std::uint64_t k = 1; records < wanted; ++k)
        for (const auto& [conversation, told] : all.events) {
            if (records >= wanted) break;
            records +=
                tell(log, all, conversation, k, per_tale, options.number("facts", 2), minute);
        }
    if (!log.flush()) return 1;

    std::map<std::string, std::int64_t> kinds;
    const auto begun = std::chrono::steady_clock::now();
    std::int64_t read = 0;
    const auto done = log.replay(
        1,
        [&](events::event&& e) {
            ++read;
            ++kinds[e.kind];
        },
        [&](events::exchange&&) {
            ++read;
            ++kinds["exchange"];
        });
    const auto took = seconds_since(begun);
    if (!done) return 1;
    for (const auto& [kind, n] : kinds)
        if (n * 200 > read) std::printf("%9lld %s\n", static_cast<long long>(n), kind.c_str());
    std::printf("%lld records read in %.2f s, %.2f us each\n", static_cast<long long>(read), took,
                took * 1e6 / static_cast<double>(read));
    return 0;
}
