#include "app/app.h"
#include "app/demo_seed.h"
#include "app/instance.h"
#include "app/rehearsal/people.h"
#include "app/rehearsal/timeline.h"
#include "app/rehearsal/visitors.h"
#include "app/services.h"
#include "foundation/base/log.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <unistd.h>

namespace servery::app {

namespace {

using rehearsal::timeline;

constexpr millis one_minute{60'000};
constexpr millis one_day{86'400'000};

// A folder that dies with the rehearsal; in memory where the machine has such a place, since the
// copy is thrown away and nothing of it must survive a power cut.
class scratch_folder {
  public:
    scratch_folder() {
        const auto base = std::filesystem::exists("/dev/shm")
                              ? std::filesystem::path("/dev/shm")
                              : std::filesystem::temp_directory_path();
        path_ = base / ("servery-rehearsal-" + std::to_string(::getpid()));
        std::filesystem::create_directories(path_);
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() {
        std::error_code ec;
        std::filesystem::remove_all(path_, ec);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

result<std::string> read_file(const std::string& name) {
    std::ifstream in(name);
    if (!in)
        return fail(error_code::invalid_argument, "rehearsal.file.unreadable",
                    "cannot read the file", name, "check its name");
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

result<demo_content> content_of(const rehearse_options& options) {
    demo_content content;
    const auto load = [](const std::string& name, std::string& into) -> status {
        if (name.empty()) return {};
        auto text = read_file(name);
        if (!text) return std::unexpected(text.error());
        into = std::move(*text);
        return {};
    };
    if (auto ok = load(options.plan_file, content.plan_yaml); !ok)
        return std::unexpected(ok.error());
    if (auto ok = load(options.knowledge_file, content.knowledge_csv); !ok)
        return std::unexpected(ok.error());
    return content;
}

class dress_rehearsal {
  public:
    dress_rehearsal(const rehearse_options& options)
        : options_(options), clock_(start), server_random_(options.seed),
          reactor_random_(options.seed ^ 0x7eac7eac7eac7eacULL),
          request_random_(options.seed ^ 0x4e004e004e004e00ULL),
          world_random_(options.seed ^ 0x5eed5eed5eed5eedULL),
          keys_(key_tree::in_memory(server_random_)), story_(start) {}

    status run() {
        if (auto ok = open(); !ok) return ok;
        if (auto ok = first_day(); !ok) return ok;
        for (std::int64_t day = 0; day < options_.days && !finished(); ++day) {
            if (auto ok = one_day_of_business(day); !ok) return ok;
            days_of_failure_ = owner_->sees_failure() ? days_of_failure_ + 1 : 0;
            days_in_production_ = reached_production() ? days_in_production_ + 1 : 0;
            days_after_fall_ += story_.has_rolled_back() ? 1 : 0;
            progress(day);
        }
        return write_report();
    }

    [[nodiscard]] const timeline& story() const { return story_; }
    [[nodiscard]] const std::string& report() const { return report_; }
    [[nodiscard]] bool reached_production() const {
        return story_.phase() == "production" && story_.percent() >= 100;
    }

  private:
    // A Monday at midnight, UTC.
    static constexpr instant start{1'767'571'200'000}; // 2026-01-05

    // The owner watches a week of production, two days after a fall, or two weeks of a metric that
    // is shown not to hold; then the play is over.
    [[nodiscard]] bool finished() const {
        return days_of_failure_ >= 14 || days_in_production_ > 7 || days_after_fall_ > 2;
    }

    status open() {
        auto content = content_of(options_);
        if (!content) return std::unexpected(content.error());
        auto opened = instance::open({.folder = folder_.path(),
                                      .listen = "127.0.0.1:0",
                                      .threads = 1,
                                      .now = &clock_,
                                      .random = &server_random_,
                                      .reactor_random = &reactor_random_,
                                      .request_random = &request_random_,
                                      .keys = &keys_,
                                      .ticking = false});
        if (!opened) return std::unexpected(opened.error());
        server_ = std::move(*opened);
        server_->on_control([&](services& all) {
            // A fold, not a reaction: it sees every record in its order, before anything follows
            // it.
            all.log.add_fold([this](const events::event& e) { story_.record(e); },
                             [this](const events::exchange& x) { story_.record(x); });
        });
        clock_.advance(millis{8 * 3'600'000});
        auto secrets = seed_demo(*server_, folder_.path(), *content);
        if (!secrets) return std::unexpected(secrets.error());
        secrets_ = std::move(*secrets);
        return hire(*content);
    }

    status hire(const demo_content& content) {
        std::string csv = options_.questions_file.empty()
                              ? std::string(example("guest_house/guest_house_questions.csv"))
                              : std::string{};
        if (csv.empty()) {
            auto text = read_file(options_.questions_file);
            if (!text) return std::unexpected(text.error());
            csv = std::move(*text);
        }
        auto questions = rehearsal::read_questions(csv);
        if (!questions) return std::unexpected(questions.error());
        const rehearsal::wire public_wire(
            server_->url(),
            {{"authorization", "Bearer " + secrets_.public_key}, {"origin", server_->url()}});
        const rehearsal::wire staff_wire(server_->url(),
                                         {{"authorization", "Bearer " + server_->admin_token()},
                                          {"x-servery-as", content.owner}});
        sandbox_.emplace(server_->url(), std::vector<std::pair<std::string, std::string>>{
                                             {"authorization", "Bearer " + secrets_.sandbox_key}});
        for (const auto& q : *questions) {
            if (q.answerable) trial_.push_back(q.text);
        }
        const auto knowledge = content.knowledge_csv.empty()
                                   ? std::string(example("guest_house/guest_house.csv"))
                                   : content.knowledge_csv;
        visitors_.emplace(public_wire, secrets_.widget, rehearsal::typed_by_visitors(knowledge),
                          std::move(*questions), world_random_);
        colleagues_.emplace(staff_wire, secrets_.project, world_random_);
        owner_.emplace(staff_wire, secrets_.project);
        return {};
    }

    status first_day() {
        std::string variant;
        server_->on_control([&](services& all) {
            const auto variants = all.registry.variants(secrets_.project);
            if (!variants.empty()) variant = to_hex(variants.front()->view.hash);
        });
        return owner_->prepare(variant, settle());
    }

    [[nodiscard]] std::function<void()> settle() {
        return [this] { server_->settle(); };
    }

    [[nodiscard]] bool breaks_now() const {
        return options_.break_at && story_.percent() >= *options_.break_at;
    }

    // Visitors between eight and twenty, colleagues every quarter of an hour, labels and the owner
    // in the evening; the server's clock moves a minute at a time.
    status one_day_of_business(std::int64_t day) {
        std::vector<int> due(1440);
        for (std::int64_t i = 0; i < options_.visitors_per_day; ++i)
            ++due[480 + world_random_.below(720)];
        const int first = day == 0 ? 481 : 0;
        for (int minute = first; minute < 1440; ++minute) {
            clock_.set(start + day * one_day + minute * one_minute);
            const auto m = static_cast<std::size_t>(minute);
            const bool round = minute >= 480 && minute < 1230 && minute % 15 == 0;
            for (int i = 0; i < due[m]; ++i) {
                if (auto ok = visitors_->visit(settle()); !ok) return ok;
            }
            if (round) {
                if (auto ok = colleagues_->answer_all(); !ok) return ok;
            }
            if (minute == 1190 && story_.phase() == "sandbox") {
                if (auto ok = colleagues_->try_out(*sandbox_, trial_); !ok) return ok;
            }
            if (minute == 1200) {
                const rehearsal::label_model model{.true_accuracy = options_.true_accuracy,
                                                   .harm = breaks_now() ? 0.3 : 0.0};
                if (auto ok = colleagues_->label_queue(model, 200); !ok) return ok;
                if (auto ok = owner_->calibrate(); !ok) return ok;
                if (auto ok = owner_->evening(settle()); !ok) return ok;
            }
            // Where nobody wrote, the clock's own work is all there is.
            if (due[m] > 0 || round || minute == 1190 || minute == 1200) server_->settle();
            server_->tick();
        }
        return {};
    }

    void progress(std::int64_t day) const {
        std::fprintf(stderr, "\rday %lld: %s %s %g %%, %lld visitors, %lld labels   ",
                     static_cast<long long>(day + 1), story_.phase().c_str(),
                     story_.stage().c_str(), story_.percent(),
                     static_cast<long long>(visitors_->count()),
                     static_cast<long long>(colleagues_->labels()));
    }

    // The last whole month's report, as the first of the next month would show it.
    status write_report() {
        std::fprintf(stderr, "\n");
        if (!reached_production()) {
            const auto missing = owner_->what_is_missing();
            if (missing && !missing->empty()) story_.note(clock_.now(), "gate.not_ready", *missing);
        }
        const auto month = to_date(clock_.now()).substr(0, 7);
        result<monitoring::report> written = fail(error_code::internal, "rehearsal.no_report", "");
        server_->on_control([&](services& all) {
            written = all.monitoring.report_of(secrets_.project, month, true);
        });
        if (!written) return std::unexpected(written.error());
        report_ = monitoring::to_markdown(*written);
        if (options_.report.empty()) return {};
        std::filesystem::create_directories(options_.report);
        std::ofstream(options_.report + "/report-" + month + ".md") << report_;
        std::ofstream(options_.report + "/report-" + month + ".html")
            << monitoring::to_html(*written);
        return {};
    }

    const rehearse_options& options_;
    scratch_folder folder_;
    manual_clock clock_;
    seeded_random server_random_;
    seeded_random reactor_random_;
    seeded_random request_random_;
    seeded_random world_random_;
    key_tree keys_;
    timeline story_;
    std::unique_ptr<instance> server_;
    demo_secrets secrets_;
    std::optional<rehearsal::wire> sandbox_;
    std::vector<std::string> trial_; // what colleagues ask in the sandbox
    std::optional<rehearsal::visitors> visitors_;
    std::optional<rehearsal::colleagues> colleagues_;
    std::optional<rehearsal::owner> owner_;
    std::string report_;
    int days_of_failure_ = 0;
    int days_in_production_ = 0;
    int days_after_fall_ = 0;
};

void print(const dress_rehearsal& done, const rehearse_options& options) {
    if (options.json) {
        auto out = done.story().to_json();
        json::object first{{"seed", options.seed},
                           {"true_accuracy", options.true_accuracy},
                           {"days", options.days}};
        for (const auto& [key, value] : out)
            first[key] = value;
        first["report"] = done.report().c_str();
        std::printf("%s\n", json::write(first).c_str());
        return;
    }
    std::printf("%s\n%s\n", done.story().to_text().c_str(), done.report().c_str());
    std::printf(done.reached_production() ? "production was reached.\n"
                                          : "production was not reached: %s at %g %%.\n",
                done.story().phase().c_str(), done.story().percent());
}

} // namespace

int rehearse(const rehearse_options& options) {
    if (options.true_accuracy < 0 || options.true_accuracy > 1 || options.days < 1 ||
        options.visitors_per_day < 0) {
        std::fprintf(stderr, "servery: --true-accuracy is a share between 0 and 1, --days at least "
                             "1, --visitors-per-day not negative [rehearsal.options.invalid]\n");
        return 2;
    }
    log::set_level(log::level::error);
    dress_rehearsal play(options);
    if (auto ok = play.run(); !ok) {
        std::fprintf(stderr, "\nservery: %s\n", to_line(ok.error()).c_str());
        return ok.error().code == error_code::invalid_argument ? 2 : 3;
    }
    print(play, options);
    return play.reached_production() ? 0 : 1;
}

} // namespace servery::app
