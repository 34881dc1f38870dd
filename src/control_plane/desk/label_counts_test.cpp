// What is kept up with each label is what reading every decision again would give.
#include "control_plane/desk/desk_state.h"
#include "control_plane/desk/label_queue.h"
#include "foundation/base/random.h"

#include <gtest/gtest.h>

#include <deque>

namespace servery::desk {
namespace {

using place = label_counts::place;
using tally = label_counts::tally;

// The definition: decisions in the order of the log, each with its newest random label; the first
// of a visitor that has a verdict counts.
std::map<place, tally> count_anew(const std::deque<stored_decision>& all) {
    std::map<place, tally> out;
    std::map<place, std::set<std::string>> seen;
    for (const auto& d : all) {
        const auto* label = random_label(d);
        if (d.d.staff || label == nullptr) continue;
        if (d.d.delivered != "answer" && d.d.delivered != "draft") continue;
        std::vector<place> where{{d.d.variant, d.d.phase, ""}};
        if (!d.d.stage.empty()) where.push_back({d.d.variant, d.d.phase, d.d.stage});
        for (const auto& w : where) {
            auto& t = out[w];
            if (label->verdict == events::label_verdict::unsure) {
                ++t.unsure;
                continue;
            }
            const auto unit = d.d.visitor ? to_hex(*d.d.visitor) : d.d.conversation;
            if (!seen[w].insert(unit).second) continue;
            if (t.n == 0) t.from = d.at;
            ++t.n;
            t.right += label->verdict == events::label_verdict::right ? 1 : 0;
            t.harmful += label->harm ? 1 : 0;
        }
    }
    return out;
}

stored_decision some_decision(seeded_random& random, std::size_t index) {
    stored_decision out;
    out.index = index;
    out.at = {static_cast<std::int64_t>(1'000 * index)};
    out.project = "shop";
    out.d.message = "msg_" + std::to_string(index);
    out.d.conversation = "cv_" + std::to_string(random.below(20));
    if (random.below(4) != 0) out.d.visitor = hash16{static_cast<std::uint8_t>(random.below(12))};
    out.d.variant = random.below(3) == 0 ? "aa" : "bb";
    out.d.phase = random.below(3) == 0 ? "pilot" : "rollout";
    out.d.stage = random.below(3) == 0 ? "" : "p" + std::to_string(random.below(2));
    const std::string outcomes[] = {"answer", "draft", "ask"};
    out.d.delivered = outcomes[random.below(3)];
    out.d.staff = random.below(9) == 0;
    out.extra.drawn = random.below(5) != 0;
    return out;
}

events::label_recorded some_label(seeded_random& random) {
    using enum events::label_verdict;
    const events::label_verdict verdicts[] = {right, wrong, out_of_scope, missing, unsure};
    events::label_recorded out;
    out.sampling =
        random.below(4) == 0 ? events::label_sampling::targeted : events::label_sampling::random;
    out.verdict = verdicts[random.below(5)];
    out.harm = out.verdict == wrong && random.below(2) == 0;
    return out;
}

TEST(label_counts, are_a_count_of_everything_in_whatever_order_labels_come_and_are_changed) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        seeded_random random(seed);
        std::deque<stored_decision> all;
        label_counts kept;
        for (int step = 0; step < 250; ++step) {
            if (all.empty() || random.below(3) == 0) {
                all.push_back(some_decision(random, all.size()));
                kept.decided(all.back());
            } else {
                auto& d = all[random.below(all.size())];
                d.labels.push_back(some_label(random));
                if (d.labels.back().sampling == events::label_sampling::random)
                    kept.labelled(d, d.labels.back());
            }
            ASSERT_EQ(kept.tallies(), count_anew(all)) << "seed " << seed << " step " << step;
        }
    }
}

TEST(label_counts, the_queue_holds_what_is_drawn_and_has_no_random_label) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        seeded_random random(seed);
        std::deque<stored_decision> all;
        label_counts kept;
        for (int step = 0; step < 250; ++step) {
            if (all.empty() || random.below(2) == 0) {
                all.push_back(some_decision(random, all.size()));
                kept.decided(all.back());
            } else {
                auto& d = all[random.below(all.size())];
                d.labels.push_back(some_label(random));
                if (d.labels.back().sampling == events::label_sampling::random)
                    kept.labelled(d, d.labels.back());
            }
        }
        std::set<std::pair<std::uint64_t, std::size_t>> waiting;
        std::int64_t drawn = 0, labelled = 0, unsure = 0;
        for (const auto& d : all) {
            if (!d.extra.drawn) continue;
            ++drawn;
            const auto* label = random_label(d);
            if (label == nullptr) waiting.emplace(label_order(d.d.message), d.index);
            labelled += label != nullptr ? 1 : 0;
            unsure += label != nullptr && label->verdict == events::label_verdict::unsure ? 1 : 0;
        }
        EXPECT_EQ(kept.waiting(), waiting);
        EXPECT_EQ(kept.queue().drawn, drawn);
        EXPECT_EQ(kept.queue().labelled, labelled);
        EXPECT_EQ(kept.queue().unsure, unsure);
    }
}

} // namespace
} // namespace servery::desk
