#include "data_plane/provider/assistant_provider.h"

namespace servery::provider {

namespace {

// The approved text of the best candidate, whatever was recommended.
assistant::verbatim_answer best_text(const assistant::knowledge_index& index,
                                     const assistant::decision& made) {
    if (made.top.empty()) return {};
    auto as_answer = made;
    as_answer.recommended = assistant::outcome::answer;
    as_answer.key = index.entries()[made.top.front().entry].key;
    as_answer.talk = assistant::small_talk::none;
    return assistant::verbatim(index, as_answer);
}

class assistant_upstream final : public upstream {
  public:
    explicit assistant_upstream(serving_source serving) : serving_(std::move(serving)) {}

    task<result<answer_head>> open(call what) override {
        auto said = ask_assistant(serving_, what);
        if (!said) co_return std::unexpected(said.error());
        answer_head head;
        head.status = 200;
        head.decided = std::make_shared<const assistant_answer>(std::move(*said));
        co_return head;
    }
    task<result<std::string_view>> next() override { co_return std::string_view{}; }
    void cancel() noexcept override {}
    bool request_sent() const noexcept override { return false; }

  private:
    serving_source serving_;
};

} // namespace

result<assistant_answer> ask_assistant(const serving_source& serving, const call& what) {
    const auto now_served =
        serving ? serving(what.project, what.release) : assistant::serving_ptr{};
    if (!now_served || !now_served->index)
        return fail(error_code::unavailable, "provider.assistant.no_release",
                    what.release.empty() ? "the project has no published knowledge"
                                         : "knowledge release " + what.release + " is not loaded",
                    "project " + what.project, "publish a knowledge release: servery kb publish");
    const auto& index = *now_served->index;
    assistant::query asked;
    asked.text = what.question;
    asked.lang_hint = what.lang;
    asked.groups = index.groups_of(what.groups);
    asked.misses = what.misses;
    asked.offered = what.offered;
    asked.now = what.now;

    assistant_answer out;
    out.calibration_active = now_served->active.has_value();
    out.made = assistant::decide(*now_served, std::move(asked), what.sandbox,
                                 std::chrono::steady_clock::now() + now_served->deadline);
    out.approved = assistant::verbatim(index, out.made);
    out.candidate = best_text(index, out.made);
    for (const auto& c : out.made.top)
        out.top_keys.push_back(index.entries()[c.entry].key);
    return out;
}

connector assistant_connector(serving_source serving) {
    return [serving = std::move(serving)](net::reactor*,
                                          const settings&) -> result<std::unique_ptr<upstream>> {
        return std::make_unique<assistant_upstream>(serving);
    };
}

} // namespace servery::provider
