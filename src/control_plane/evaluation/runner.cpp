#include "control_plane/evaluation/runner.h"

#include "control_plane/evaluation/pace.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

namespace servery::evaluation {
namespace {

using steady = std::chrono::steady_clock;

constexpr int most_overload_tries = 4;
constexpr std::int64_t usual_concurrency = 8;
constexpr std::int64_t in_process_concurrency = 64;
constexpr std::chrono::milliseconds grace{30'000}; // beyond an answer's own deadline
constexpr std::chrono::milliseconds overload_wait{1'000};

// Where answers arrive, from any thread. Outlives the run, so that a late answer is harmless.
struct inbox {
    struct arrival {
        std::int64_t ticket = 0;
        answer_result answer;
    };
    std::mutex mutex;
    std::condition_variable arrived;
    std::deque<arrival> waiting;

    void put(std::int64_t ticket, answer_result answer) {
        {
            const std::lock_guard lock(mutex);
            waiting.push_back({ticket, std::move(answer)});
        }
        arrived.notify_one();
    }
};

// A unit on its way: its conversation so far and what it may still cost.
struct errand {
    std::int64_t seq = 0;
    std::vector<std::string> questions;
    std::size_t turn = 0;
    answer_request request;
    answer_result so_far; // sums over the turns before
    std::int64_t reserved_nano = 0;
    int overloads = 0;
    steady::time_point last_moment;
};

struct compiled_case {
    std::vector<grader> graders;
    std::vector<std::vector<grader>> turn_graders;
    std::vector<std::string> questions;
};

bool is_paid(const variant_card& card) {
    return card.price ? !card.price->free() : !card.in_process;
}

class run_loop {
  public:
    run_loop(const run_plan& plan, const run_seams& seams)
        : plan_(plan), seams_(seams), inbox_(std::make_shared<inbox>()),
          compiled_(plan.cases.size()) {}

    run_outcome run();

  private:
    void prepare();
    void settle_known(const unit& u);
    bool dispatch_next();
    bool start(std::int64_t seq);
    bool ask(errand&& e);
    void arrive(inbox::arrival&& a);
    void next_turn(errand&& e, answer_result&& answer);
    void complete_unit(const errand& e, answer_result answer);
    void grade(std::int64_t seq, answer_result answer, bool from_cache);
    void wait();
    void expire();
    void report_progress(bool last);
    [[nodiscard]] pace& pace_of(std::size_t variant);
    [[nodiscard]] compiled_case& compiled(std::size_t index);
    [[nodiscard]] bool stopping() const { return out_.state != run_state::running; }
    [[nodiscard]] std::int64_t cost_of(std::size_t variant, const errand& e,
                                       const answer_result& a) const;
    [[nodiscard]] answer_request request_of(const unit& u) const;

    const run_plan& plan_;
    const run_seams& seams_;
    std::shared_ptr<inbox> inbox_;
    std::vector<compiled_case> compiled_;
    std::map<std::string, std::deque<std::int64_t>> queues_; // by provider
    std::map<std::string, pace> paces_;
    std::map<std::int64_t, errand> flying_; // by ticket
    std::map<std::int64_t, int> overloads_;
    run_outcome out_;
    std::int64_t open_nano_ = 0;
    std::int64_t next_ticket_ = 0;
    std::int64_t done_ = 0;
    steady::time_point last_progress_{};
};

pace& run_loop::pace_of(std::size_t variant) {
    const auto& card = plan_.variants[variant];
    const auto ceiling = plan_.options.concurrency > 0 ? plan_.options.concurrency
                         : card.in_process             ? in_process_concurrency
                                                       : usual_concurrency;
    return paces_.try_emplace(card.provider, ceiling).first->second;
}

compiled_case& run_loop::compiled(std::size_t index) {
    auto& c = compiled_[index];
    if (!c.questions.empty()) return c;
    const auto& source = plan_.cases[index];
    if (auto questions = user_turns(source)) c.questions = *std::move(questions);
    if (auto graders = compile_all(graders_of(source))) c.graders = *std::move(graders);
    for (const auto& t : source.turns)
        if (auto graders = compile_all(t.graders)) c.turn_graders.push_back(*std::move(graders));
    return c;
}

answer_request run_loop::request_of(const unit& u) const {
    const auto& c = plan_.cases[u.case_index];
    answer_request r;
    r.project = plan_.project;
    r.variant = plan_.variants[u.variant_index].hash;
    r.deadline = millis{plan_.options.deadline_ms};
    if (!c.lang.empty()) r.attributes["language"] = c.lang;
    return r;
}

// What is known without asking: answers of the journal, calls that were lost, the cache.
void run_loop::settle_known(const unit& u) {
    auto& result = out_.results[static_cast<std::size_t>(u.seq)];
    const auto& card = plan_.variants[u.variant_index];
    if (seams_.resume != nullptr) {
        if (const auto at = seams_.resume->answers.find(u.seq);
            at != seams_.resume->answers.end()) {
            out_.spent_nano +=
                at->second.cost_nano.value_or(is_paid(card) ? worst_case_nano(plan_, u) : 0);
            ++out_.replayed;
            grade(u.seq, at->second, false);
            return;
        }
        if (seams_.resume->sent.contains(u.seq) && is_paid(card)) {
            // It may have been paid for: the cap counts it in full either way.
            const auto worst = worst_case_nano(plan_, u);
            out_.spent_nano += worst;
            out_.lost_may_have_cost_nano += worst;
            if (!plan_.options.retry_lost) {
                result.state = unit_state::lost;
                ++out_.lost;
                ++done_;
                return;
            }
        }
    }
    if (seams_.cache != nullptr && plan_.options.use_cache &&
        plan_.cases[u.case_index].turns.empty()) {
        auto request = request_of(u);
        request.turns = {{"user", compiled(u.case_index).questions.front()}};
        if (auto hit = seams_.cache->find(answer_key(request, u.epoch))) {
            ++out_.from_cache;
            grade(u.seq, *std::move(hit), true);
            return;
        }
    }
    queues_[card.provider].push_back(u.seq);
}

void run_loop::prepare() {
    out_.state = run_state::running;
    out_.results.resize(plan_.units.size());
    for (const auto& u : plan_.units) {
        auto& r = out_.results[static_cast<std::size_t>(u.seq)];
        r.seq = u.seq;
        r.case_index = u.case_index;
        r.variant_index = u.variant_index;
        r.epoch = u.epoch;
    }
    for (const auto& u : plan_.units)
        settle_known(u);
}

// The earliest unit whose provider has room; false when none can go now.
bool run_loop::dispatch_next() {
    const auto now = steady::now();
    const std::deque<std::int64_t>* best = nullptr;
    std::string provider;
    for (const auto& [name, queue] : queues_) {
        if (queue.empty()) continue;
        const auto& u = plan_.units[static_cast<std::size_t>(queue.front())];
        if (!pace_of(u.variant_index).has_room(now)) continue;
        if (best == nullptr || queue.front() < best->front()) {
            best = &queue;
            provider = name;
        }
    }
    if (best == nullptr) return false;
    const auto seq = best->front();
    if (!start(seq)) return false;
    queues_[provider].pop_front();
    return true;
}

bool run_loop::start(std::int64_t seq) {
    const auto& u = plan_.units[static_cast<std::size_t>(seq)];
    const auto worst = worst_case_nano(plan_, u);
    if (worst > 0 && out_.spent_nano + open_nano_ + worst > plan_.cap.value * 1000) {
        // Calls that are still open may turn out cheaper than reserved.
        if (flying_.empty()) out_.state = run_state::capped;
        return false;
    }
    errand e;
    e.seq = seq;
    e.questions = compiled(u.case_index).questions;
    e.request = request_of(u);
    e.request.turns = {{"user", e.questions.front()}};
    e.reserved_nano = worst;
    e.overloads = overloads_[seq];
    if (seams_.keep != nullptr && is_paid(plan_.variants[u.variant_index]))
        if (auto kept = seams_.keep->sent(seq); !kept) {
            out_.state = run_state::paused;
            out_.error = to_line(kept.error());
            return false;
        }
    open_nano_ += worst;
    pace_of(u.variant_index).started();
    return ask(std::move(e));
}

bool run_loop::ask(errand&& e) {
    const auto ticket = next_ticket_++;
    e.last_moment = steady::now() + e.request.deadline + grace;
    auto request = e.request;
    flying_.emplace(ticket, std::move(e));
    seams_.answer(std::move(request),
                  [box = inbox_, ticket](answer_result a) { box->put(ticket, std::move(a)); });
    return true;
}

std::int64_t run_loop::cost_of(std::size_t variant, const errand& e, const answer_result& a) const {
    if (a.cost_nano) return *a.cost_nano;
    if (a.spend == events::spend_state::void_ && !a.error_id.empty()) return 0;
    const auto& card = plan_.variants[variant];
    if (!is_paid(card) || !card.price) return 0;
    if (a.tokens_in && a.tokens_out) {
        const auto pico =
            static_cast<long double>(card.price->in_nano) * static_cast<long double>(*a.tokens_in) +
            static_cast<long double>(card.price->out_nano) *
                static_cast<long double>(*a.tokens_out);
        return static_cast<std::int64_t>(pico / 1e6L) + 1;
    }
    return e.reserved_nano / static_cast<std::int64_t>(e.questions.size());
}

void run_loop::arrive(inbox::arrival&& a) {
    const auto at = flying_.find(a.ticket);
    if (at == flying_.end()) return; // given up before
    auto e = std::move(at->second);
    flying_.erase(at);
    const auto variant = plan_.units[static_cast<std::size_t>(e.seq)].variant_index;
    auto& speed = pace_of(variant);
    if (a.answer.overloaded) {
        const auto wait = a.answer.retry_after_ms > 0
                              ? std::chrono::milliseconds(a.answer.retry_after_ms)
                              : overload_wait;
        speed.finished_overloaded(steady::now(), wait);
        if (++e.overloads < most_overload_tries && e.turn == 0) {
            open_nano_ -= e.reserved_nano;
            overloads_[e.seq] = e.overloads;
            queues_[plan_.variants[variant].provider].push_front(e.seq);
            return;
        }
    } else {
        speed.finished_clean();
    }
    next_turn(std::move(e), std::move(a.answer));
}

void run_loop::next_turn(errand&& e, answer_result&& answer) {
    const auto variant = plan_.units[static_cast<std::size_t>(e.seq)].variant_index;
    const auto cost = cost_of(variant, e, answer);
    const bool known = answer.cost_nano.has_value() || !is_paid(plan_.variants[variant]);
    if (known || cost > 0) answer.cost_nano = cost + e.so_far.cost_nano.value_or(0);
    answer.total_us += e.so_far.total_us;
    answer.earlier = std::move(e.so_far.earlier);
    const bool over = e.turn + 1 >= e.questions.size() || !answer.error_id.empty() || stopping();
    if (over) {
        complete_unit(e, std::move(answer));
        return;
    }
    e.request.turns.push_back({"assistant", answer.text});
    answer.earlier.push_back(answer.text);
    e.so_far = std::move(answer);
    ++e.turn;
    e.request.turns.push_back({"user", e.questions[e.turn]});
    pace_of(variant).started();
    ask(std::move(e));
}

void run_loop::complete_unit(const errand& e, answer_result answer) {
    open_nano_ -= e.reserved_nano;
    out_.spent_nano += answer.cost_nano.value_or(0);
    const auto& u = plan_.units[static_cast<std::size_t>(e.seq)];
    if (seams_.keep != nullptr)
        if (auto kept = seams_.keep->answered(e.seq, answer); !kept && !stopping()) {
            out_.state = run_state::paused;
            out_.error = to_line(kept.error());
        }
    if (seams_.cache != nullptr && answer.error_id.empty() && e.questions.size() == 1)
        seams_.cache->put(answer_key(e.request, u.epoch), answer);
    grade(e.seq, std::move(answer), false);
}

void run_loop::grade(std::int64_t seq, answer_result answer, bool from_cache) {
    auto& r = out_.results[static_cast<std::size_t>(seq)];
    const auto& c = plan_.cases[r.case_index];
    const auto& with = compiled(r.case_index);
    ++done_;
    r.from_cache = from_cache;
    if (!answer.error_id.empty()) {
        r.state = unit_state::error_provider;
        r.score = 0;
        r.answer = std::move(answer);
        return;
    }
    const graded_answer last{.answer = answer,
                             .question = with.questions.back(),
                             .lang = c.lang,
                             .from_cache = from_cache};
    auto graded = grade_case(with.graders, c.threshold, last);
    for (std::size_t t = 0; t < with.turn_graders.size(); ++t) {
        if (with.turn_graders[t].empty()) continue;
        answer_result then = answer;
        if (t < answer.earlier.size()) then.text = answer.earlier[t];
        const graded_answer turn{.answer = then,
                                 .question = with.questions[t],
                                 .lang = c.lang,
                                 .from_cache = from_cache};
        auto more = grade_case(with.turn_graders[t], std::nullopt, turn);
        graded.pass = graded.pass && more.pass;
        graded.ungraded = graded.ungraded || more.ungraded;
        graded.score = std::min(graded.score.value_or(1), more.score.value_or(1));
        for (auto& g : more.grades)
            graded.grades.push_back(std::move(g));
    }
    r.state = graded.ungraded ? unit_state::ungraded
              : graded.pass   ? unit_state::passed
                              : unit_state::failed;
    r.score = graded.score;
    r.grades = std::move(graded.grades);
    r.answer = std::move(answer);
}

// Until an answer arrives, or a provider may be asked again, or an answer is overdue.
void run_loop::wait() {
    auto until = steady::now() + std::chrono::milliseconds(100);
    for (const auto& [name, queue] : queues_)
        if (!queue.empty()) {
            const auto& u = plan_.units[static_cast<std::size_t>(queue.front())];
            const auto again = pace_of(u.variant_index).not_before();
            if (again > steady::now()) until = std::min(until, again);
        }
    std::deque<inbox::arrival> batch;
    {
        std::unique_lock lock(inbox_->mutex);
        inbox_->arrived.wait_until(lock, until, [&] { return !inbox_->waiting.empty(); });
        batch.swap(inbox_->waiting);
    }
    for (auto& a : batch)
        arrive(std::move(a));
    if (batch.empty()) expire();
}

// An answer that never came is a fault of the road: the visitor would have met the fallback.
void run_loop::expire() {
    const auto now = steady::now();
    std::vector<std::int64_t> overdue;
    for (const auto& [ticket, e] : flying_)
        if (now > e.last_moment) overdue.push_back(ticket);
    for (const auto ticket : overdue) {
        answer_result none;
        none.error_id = "eval.answer.timeout";
        none.error_message = "no answer came within the deadline";
        none.spend = events::spend_state::estimated;
        arrive({ticket, std::move(none)});
    }
}

void run_loop::report_progress(bool last) {
    if (!seams_.progress) return;
    const auto now = steady::now();
    if (!last && now - last_progress_ < std::chrono::milliseconds(100)) return;
    last_progress_ = now;
    seams_.progress({.done = done_,
                     .calls = static_cast<std::int64_t>(plan_.units.size()),
                     .spent_nano = out_.spent_nano});
}

run_outcome run_loop::run() {
    const auto began = steady::now();
    prepare();
    while (true) {
        if (seams_.control != nullptr && !stopping()) {
            if (seams_.control->cancel) out_.state = run_state::cancelled;
            if (seams_.control->pause) out_.state = run_state::paused;
        }
        while (!stopping() && dispatch_next()) {
        }
        if (flying_.empty()) {
            bool left = false;
            for (const auto& [name, queue] : queues_)
                left = left || !queue.empty();
            if (stopping() || !left) break;
        }
        wait();
        report_progress(false);
    }
    if (!stopping()) out_.state = run_state::completed;
    for (const auto& [provider, speed] : paces_)
        out_.throttled = out_.throttled || speed.throttled();
    out_.seconds = std::chrono::duration<double>(steady::now() - began).count();
    report_progress(true);
    return std::move(out_);
}

} // namespace

run_outcome execute(const run_plan& plan, const run_seams& seams) {
    return run_loop(plan, seams).run();
}

} // namespace servery::evaluation
