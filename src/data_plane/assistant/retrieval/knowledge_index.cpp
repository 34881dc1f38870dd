#include "data_plane/assistant/retrieval/knowledge_index.h"

#include "data_plane/assistant/retrieval/language_index.h"
#include "data_plane/assistant/text/normalise.h"

#include <algorithm>
#include <map>
#include <set>

namespace servery::assistant {

namespace {

constexpr std::uint64_t staff_bit = 1ULL << 63;
constexpr std::size_t max_groups = 63;

std::unexpected<error> not_compiled(std::string message, std::string where, std::string remedy) {
    return fail(error_code::conflict, "knowledge.index.compile_failed", std::move(message),
                std::move(where), std::move(remedy));
}

// Rows that make up the statistics: what the widest audience of the language may see. Entries for
// narrower audiences leave no trace in what others are shown.
std::vector<char> counted_entries(std::span<const std::uint64_t> masks,
                                  std::span<const std::uint32_t> places, std::size_t all) {
    const auto any = [&](std::uint64_t wanted) {
        return std::ranges::any_of(places, [&](auto p) { return masks[p] == wanted; });
    };
    std::vector<char> out(all, 0);
    if (!any(0) && !any(staff_bit)) return out;
    const std::uint64_t widest = any(0) ? 0 : staff_bit;
    for (const auto p : places)
        out[p] = masks[p] == widest ? 1 : 0;
    return out;
}

status check_content(const release& content) {
    std::set<std::string_view> keys;
    for (const auto& e : content.entries) {
        if (!keys.insert(e.key).second)
            return not_compiled("two entries have the key " + e.key, e.key, "rename one of them");
        if (normalise(e.question).text.empty())
            return not_compiled("the question of " + e.key + " has no words", e.key,
                                "write the question in words");
    }
    return {};
}

} // namespace

knowledge_index::knowledge_index() = default;
knowledge_index::~knowledge_index() = default;

result<std::shared_ptr<const knowledge_index>> compile(const release& content,
                                                       const model_params& params) {
    if (auto checked = check_content(content); !checked) return std::unexpected(checked.error());
    auto index = std::make_shared<knowledge_index>();
    index->content_ = content;
    index->params_ = params;
    std::ranges::sort(index->content_.entries, {}, &release_entry::key);
    if (index->content_.id.empty()) index->content_.id = release_id_of(content);

    std::set<std::string> names;
    for (const auto& e : index->content_.entries)
        for (const auto& name : e.audience)
            if (name != "staff") names.insert(name);
    if (names.size() > max_groups)
        return not_compiled("entries name more than 63 groups", {}, "use fewer groups");
    index->groups_.assign(names.begin(), names.end());

    std::map<std::string, std::vector<std::uint32_t>> by_language;
    for (std::uint32_t place = 0; place < index->content_.entries.size(); ++place) {
        const auto& e = index->content_.entries[place];
        std::uint64_t mask = 0;
        for (const auto& name : e.audience)
            mask |= name == "staff" ? staff_bit
                                    : 1ULL << (std::ranges::lower_bound(index->groups_, name) -
                                               index->groups_.begin());
        index->audience_masks_.push_back(mask);
        by_language[e.lang].push_back(place);
        index->texts_.insert(wording_of(e.question));
        for (const auto& p : e.phrasings)
            index->texts_.insert(wording_of(p));
    }
    for (auto& [lang, places] : by_language) {
        auto one = std::make_unique<knowledge_index::language_index>();
        one->lang = lang;
        one->entries = std::move(places);
        const auto counted =
            counted_entries(index->audience_masks_, one->entries, index->content_.entries.size());
        const bool alike = std::ranges::all_of(one->entries, [&](auto p) {
            return index->audience_masks_[p] == index->audience_masks_[one->entries.front()];
        });
        one->build(index->content_, counted, params, alike);
        index->languages_.push_back(std::move(one));
    }
    return std::shared_ptr<const knowledge_index>(std::move(index));
}

std::int64_t knowledge_index::find(std::string_view key) const {
    const auto at = std::ranges::lower_bound(content_.entries, key, {}, &release_entry::key);
    return at != content_.entries.end() && at->key == key ? at - content_.entries.begin() : -1;
}

caller_groups knowledge_index::groups_of(const std::vector<std::string>& names) const {
    caller_groups out;
    for (const auto& name : names) {
        const auto at = std::ranges::lower_bound(groups_, name);
        if (name == "staff")
            out.staff = true;
        else if (at != groups_.end() && *at == name)
            out.mask |= 1ULL << (at - groups_.begin());
    }
    return out;
}

index_size knowledge_index::size() const {
    index_size out;
    for (const auto& l : languages_) {
        out.texts += l->questions.texts();
        out.features += l->questions.features();
        out.classes += l->model.classes();
        out.bytes +=
            l->questions.bytes() + l->documents.bytes() + l->rows.bytes() + l->model.bytes();
    }
    return out;
}

bool knowledge_index::has_text(std::string_view text) const {
    return texts_.contains(wording_of(text));
}

const knowledge_index::language_index* knowledge_index::language(std::string_view lang) const {
    for (const auto& l : languages_)
        if (l->lang == lang) return l.get();
    return nullptr;
}

bool knowledge_index::may_see(std::uint32_t entry, const rank_request& asked,
                              std::string_view today) const {
    const auto mask = audience_masks_[entry];
    const auto held = asked.groups.mask | (asked.groups.staff ? staff_bit : 0);
    if (mask != 0 && (mask & held) == 0) return false;
    const auto& e = content_.entries[entry];
    if (!e.valid_from.empty() && today < e.valid_from) return false;
    if (!e.valid_to.empty() && today > e.valid_to) return false;
    return asked.withdrawn == nullptr || entry >= asked.withdrawn->size() ||
           !(*asked.withdrawn)[entry];
}

namespace {

struct fusion_leg {
    const std::vector<double>* scores;
    double weight;
    double largest = 0;
    std::uint32_t best = 0;
};

// The legs that say something about this message, their weights scaled to sum 1.
std::vector<fusion_leg> legs_in_use(const leg_scores& scores, const model_params& params,
                                    std::span<const std::uint32_t> visible) {
    const bool c = !scores.c.empty();
    const double rest = c ? 1 - params.fuse_c : 1;
    std::vector<fusion_leg> legs;
    if (params.leg_a) legs.push_back({&scores.a, params.fuse_a * rest});
    if (params.leg_b) legs.push_back({&scores.b1, params.fuse_b1 * rest});
    if (params.leg_b) legs.push_back({&scores.b2, params.fuse_b2 * rest});
    if (c) legs.push_back({&scores.c, params.fuse_c});
    double sum = 0;
    for (auto& leg : legs) {
        for (const auto e : visible) {
            if ((*leg.scores)[e] <= leg.largest) continue;
            leg.largest = (*leg.scores)[e];
            leg.best = e;
        }
        if (leg.largest > 0) sum += leg.weight;
    }
    std::erase_if(legs, [](const fusion_leg& leg) { return leg.largest <= 0; });
    for (auto& leg : legs)
        leg.weight = sum > 0 ? leg.weight / sum : 0;
    return legs;
}

} // namespace

// The evidence for the best candidate.
static features evidence_of(const knowledge_index::language_index& in,
                            const prepared_message& message, const leg_scores& scores,
                            std::span<const fusion_leg> legs,
                            std::span<const std::uint32_t> visible,
                            std::span<const std::pair<double, std::uint32_t>> order, int misses) {
    features f;
    const auto best = order[0].second;
    const double best_score = order[0].first;
    if (!scores.c.empty()) {
        double sum = 0;
        for (const auto e : visible)
            sum += scores.c[e];
        f.top = scores.c[best];
        f.share = sum > 0 ? scores.c[best] / sum : 0;
    } else {
        double sum = 0;
        for (std::size_t i = 0; i < std::min<std::size_t>(10, order.size()); ++i)
            sum += order[i].first;
        f.top = scores.b1[best];
        f.share = sum > 0 ? best_score / sum : 0;
    }
    const double next = order.size() > 1 ? order[1].first : 0;
    f.margin = best_score > 0 ? (best_score - next) / best_score : 0;
    double mass = 0;
    double known = 0;
    double covered = 0;
    std::set<std::string_view> distinct;
    for (const auto& stem : message.stems) {
        if (!distinct.insert(stem).second) continue;
        const double m = in.stem_mass(stem);
        mass += m;
        if (in.rows.row_count(stem).value_or(0) > 0) known += m;
        if (in.rows.contains(best, stem)) covered += m;
    }
    f.known = mass > 0 ? known / mass : 0;
    f.covered = mass > 0 ? covered / mass : 0;
    const auto agreeing =
        std::ranges::count_if(legs, [&](const auto& l) { return l.best == best; });
    f.agree = legs.empty() ? 0 : static_cast<double>(agreeing) / static_cast<double>(legs.size());
    const double self = in.self_score[scores.best_text[best]];
    f.self = self > 0 ? std::min(1.0, in.rows.score_row(message.stems, best) / self) : 0;
    f.cos = scores.b1[best];
    f.is_short = distinct.size() < 3 ? 1 : 0;
    f.is_long = std::clamp((static_cast<double>(message.words) - 30) / 30, 0.0, 1.0);
    f.misses = std::clamp(misses, 0, 3) / 3.0;
    return f;
}

ranking knowledge_index::rank(const rank_request& asked) const {
    ranking out;
    auto tokens = tokenise(normalise(asked.text).text);
    out.lang = detect_language(tokens, asked.lang_hint, content_.default_lang);
    out.empty = tokens.empty();
    const auto* in = language(out.lang);
    if (in == nullptr) return out;

    const auto today = to_date(asked.now);
    std::vector<std::uint32_t> visible;
    for (std::uint32_t local = 0; local < in->entries.size(); ++local)
        if (may_see(in->entries[local], asked, today)) visible.push_back(local);
    out.language_served = !visible.empty();
    if (visible.empty() || out.empty) return out;

    auto message = in->prepare(std::move(tokens));
    message.grams = ngrams_of(message.tokens, shape_of(params_));
    out.tokens = message.words;
    const auto scores = in->score(message, params_);
    out.classifier_on = !scores.c.empty();
    const auto legs = legs_in_use(scores, params_, visible);

    std::vector<std::pair<double, std::uint32_t>> order;
    order.reserve(visible.size());
    for (const auto e : visible) {
        double fused = 0;
        for (const auto& leg : legs)
            fused += leg.weight * (*leg.scores)[e] / leg.largest;
        order.emplace_back(fused, e);
    }
    const auto wanted = std::min(std::max<std::size_t>(asked.at_most, 10), order.size());
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(wanted),
                              [](const auto& a, const auto& b) {
                                  return a.first != b.first ? a.first > b.first
                                                            : a.second < b.second;
                              });
    order.resize(wanted);
    while (!order.empty() && order.back().first <= 0)
        order.pop_back();
    if (order.empty()) return out;
    out.evidence = evidence_of(*in, message, scores, legs, visible, order, asked.misses);
    for (std::size_t i = 0; i < std::min(asked.at_most, order.size()); ++i) {
        const auto e = order[i].second;
        out.best.push_back({in->entries[e], order[i].first, scores.a[e], scores.b1[e], scores.b2[e],
                            scores.c.empty() ? -1 : scores.c[e]});
    }
    return out;
}

std::vector<std::string> knowledge_index::matched_words(std::string_view text,
                                                        std::uint32_t entry) const {
    std::vector<std::string> out;
    if (entry >= content_.entries.size()) return out;
    const auto* in = language(content_.entries[entry].lang);
    const auto local = std::ranges::lower_bound(in->entries, entry) - in->entries.begin();
    const auto message = in->prepare(tokenise(normalise(text).text));
    for (const auto& t : message.tokens) {
        if (is_stop_word(t.text, in->lang) || std::ranges::find(out, t.text) != out.end()) continue;
        if (in->rows.contains(static_cast<std::uint32_t>(local), stem(t.text, in->lang)))
            out.push_back(t.text);
    }
    return out;
}

std::vector<candidate> nearest(const knowledge_index& index, std::string_view text, std::size_t k) {
    rank_request asked;
    asked.text = text;
    asked.at_most = k;
    return index.rank(asked).best;
}

} // namespace servery::assistant
