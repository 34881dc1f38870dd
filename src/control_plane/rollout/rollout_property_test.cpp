// Random orders of everything that can happen. Whatever the order: a share rises only right after a
// grant was issued for it, and after a harm verdict the canary serves nobody.
#include "control_plane/rollout/rollout_fixture.h"
#include "foundation/events/rollout_changed.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

namespace servery::rollout {
namespace {

// How many orders; RC_PARAMS from outside wins.
const int more = ::setenv("RC_PARAMS", "max_success=500", 0);

enum class happening {
    good_visit,
    bad_visit,
    good_label,
    harm_label,
    minute,
    day,
    gates_ready,
    gates_not_ready,
    sign_next_phase,
    end_top_grant,
    advance,
    approve,
    hold,
    release,
    step_back,
    roll_back,
    kill,
    unkill,
    store_away,
    store_back,
    create_again,
    last_ = create_again
};

class world {
  public:
    world() : id_(floor_.begin()) { remember(); }

    void happen(happening what, int number) {
        const auto owner = shop_floor::owner();
        auto& service = *floor_.service;
        switch (what) {
        case happening::good_visit:
            visits(number % 40 + 1, true);
            break;
        case happening::bad_visit:
            visits(number % 6 + 1, false);
            break;
        case happening::good_label:
            floor_.label(next_++, false, variant());
            break;
        case happening::harm_label:
            floor_.label(next_++, true, variant());
            break;
        case happening::minute:
            floor_.tick();
            break;
        case happening::day:
            for (int i = 0; i < 5; ++i)
                floor_.tick(std::chrono::hours(5));
            break;
        case happening::gates_ready:
            floor_.gates.ready = {"p10", "r60"};
            break;
        case happening::gates_not_ready:
            floor_.gates.ready.clear();
            break;
        case happening::sign_next_phase:
            sign();
            break;
        case happening::end_top_grant:
            if (!floor_.gates.live().empty())
                floor_.gates.end(floor_.gates.live().back().id, "keep");
            floor_.service->react(shop);
            break;
        case happening::advance:
            (void)service.advance(shop, id_, owner);
            break;
        case happening::approve:
            (void)service.approve(shop, id_, owner);
            break;
        case happening::hold:
            (void)service.hold(shop, id_, owner);
            break;
        case happening::release:
            (void)service.release(shop, id_, "", owner);
            break;
        case happening::step_back:
            (void)service.step_back(shop, id_, "", owner);
            break;
        case happening::roll_back:
            (void)service.roll_back(shop, id_, owner);
            break;
        case happening::kill:
            (void)service.kill(shop, kill_scope::project, shop, owner);
            break;
        case happening::unkill:
            (void)service.unkill(shop, kill_scope::project, shop, owner);
            break;
        case happening::store_away:
            floor_.log.set_down(true);
            break;
        case happening::store_back:
            floor_.log.set_down(false);
            break;
        case happening::create_again:
            again();
            break;
        }
        check();
    }

  private:
    [[nodiscard]] std::uint8_t variant() const { return tries_; }
    void visits(int n, bool works) {
        for (int i = 0; i < n; ++i)
            floor_.visit(next_++, works);
    }
    void sign() {
        const auto live = floor_.gates.live();
        if (live.empty()) return;
        const std::string top = live.back().stage;
        const char* next = top == "p10" ? "r30" : top == "r60" ? "full" : nullptr;
        if (next == nullptr) return;
        (void)floor_.gates.open(next, variant_hex(variant()), shop_floor::owner().by, "G2");
        floor_.service->react(shop);
    }
    void again() {
        if (tries_ >= 8) return;
        const auto made = floor_.service->create(
            shop, variant_hex(static_cast<std::uint8_t>(tries_ + 1)), "", shop_floor::owner());
        if (!made) return;
        ++tries_;
        id_ = std::string(made->at("id").as_string());
        (void)floor_.gates.open("staff", variant_hex(variant()), shop_floor::owner().by, "G1");
        floor_.service->react(shop);
    }
    void check() {
        // 1. Whatever is published rests on a live grant of exactly that audience, and its share
        //    was recorded after the grant was.
        const auto live = floor_.gates.live();
        const auto& log = floor_.log.all();
        for (std::size_t i = seen_; i < log.size(); ++i)
            if (events::is<events::grant_issued>(log[i]))
                issued_at_[events::read<events::grant_issued>(log[i]).grant] = i;
            else if (events::is<events::rollout_share_changed>(log[i]))
                note_share(events::read<events::rollout_share_changed>(log[i]), i);
        for (const auto& g : floor_.service->ladder(shop)) {
            const auto grant = std::ranges::find(live, g.id, &gate::grant::id);
            RC_ASSERT(grant != live.end());
            RC_ASSERT(grant->audience.basis == g.audience.hi);
            std::size_t shared = 0;
            for (std::size_t r = static_cast<std::size_t>(g.stage_index); r < shared_at_.size();
                 ++r)
                shared = std::max(shared, shared_at_[r]);
            RC_ASSERT(issued_at_.contains(g.id));
            const std::size_t issued = issued_at_.at(g.id);
            RC_ASSERT(issued < shared);
        }
        // 2. The controller asks for a stage only when its gate is ready, nothing holds, and the
        //    stage before it served its time.
        for (std::size_t i = seen_; i < log.size(); ++i) {
            if (!events::is<events::grant_issued>(log[i])) continue;
            const auto g = events::read<events::grant_issued>(log[i]);
            if (!g.gate.starts_with("S:")) continue;
            RC_ASSERT(floor_.gates.ready.contains(g.stage));
            RC_ASSERT(!held_before_);
            const bool served_before = first_entered_.contains({id_, g.stage});
            RC_ASSERT(served_before || g.issued_at - entered_before_ >= std::chrono::hours(48));
        }
        seen_ = log.size();
        // 3. Harm: nobody is served by that variant any more.
        const auto status = floor_.status(id_);
        bool harm = false;
        for (const auto& m : status.at("metrics").as_array())
            harm = harm || (m.at("verdict") == "FAIL" && m.at("on_fail") == "roll_back");
        if (harm)
            for (const auto& g : floor_.service->ladder(shop))
                RC_ASSERT(to_hex(g.variant) != variant_hex(variant()));
        remember();
    }
    void note_share(const events::rollout_share_changed& change, std::size_t at) {
        const int r = rung(change.to);
        if (r < 0) return;
        shared_at_.resize(std::max(shared_at_.size(), static_cast<std::size_t>(r) + 1));
        shared_at_[static_cast<std::size_t>(r)] = at;
    }
    [[nodiscard]] int rung(std::string_view stage) const {
        const auto found = std::ranges::find(floor_.gates.ladder, stage);
        return found == floor_.gates.ladder.end()
                   ? -1
                   : static_cast<int>(found - floor_.gates.ladder.begin());
    }
    void remember() {
        const auto doc = floor_.service->show(shop, id_).value();
        held_before_ = false;
        for (const auto& h : doc.at("holds").as_array())
            held_before_ = held_before_ || h.at("cause") != "approval";
        if (doc.at("stage").is_null()) return;
        const auto now = parse_rfc3339(doc.at("entered_at").as_string()).value();
        const auto stage = std::string(doc.at("stage").as_string());
        entered_before_ = first_entered_.try_emplace({id_, stage}, now).first->second;
    }

    shop_floor floor_;
    std::uint8_t tries_ = 1;
    std::string id_;
    std::uint64_t next_ = 1;
    std::size_t seen_ = 0;
    std::map<std::string, std::size_t> issued_at_; // grant -> where in the log
    std::vector<std::size_t> shared_at_;           // rung -> its last share in the log
    bool held_before_ = false;
    instant entered_before_; // the stage that serves, the first time
    std::map<std::pair<std::string, std::string>, instant> first_entered_;
};

RC_GTEST_PROP(rollout_property, no_order_raises_a_share_without_a_grant_or_keeps_a_harmful_canary,
              ()) {
    using step = std::pair<int, int>;
    const auto steps =
        *rc::gen::resize(150, rc::gen::container<std::vector<step>>(rc::gen::pair(
                                  rc::gen::inRange(0, static_cast<int>(happening::last_) + 1),
                                  rc::gen::inRange(0, 1000))));
    world shop_world;
    for (const auto& [what, number] : steps)
        shop_world.happen(static_cast<happening>(what), number);
}

} // namespace
} // namespace servery::rollout
