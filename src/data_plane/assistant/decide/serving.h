// What the data path needs of a project's knowledge: compiled releases, the active calibration of
// each and what is withdrawn. The control thread publishes a new board; a reader keeps a copy and
// looks only at one atomic number until it changes.
#pragma once

#include "data_plane/assistant/decide/decide.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::assistant {

// One release of one project, ready to decide with. Immutable.
struct assistant_serving {
    std::string project;
    std::shared_ptr<const knowledge_index> index;
    // The active calibration of this release; none = drafts only.
    std::optional<thresholds> active;
    std::vector<bool> withdrawn; // by place in index->entries(); empty = none
    std::vector<std::string> always_a_person;
    std::chrono::milliseconds deadline = decide_deadline; // for one decision; later: hand over

    // The thresholds to recommend with: the active calibration's, else the sandbox's.
    [[nodiscard]] thresholds limits() const { return active ? *active : sandbox_thresholds(); }
};

// decide() with this release's index, thresholds and withdrawn entries. `sandbox` uses the
// sandbox threshold whatever is active.
[[nodiscard]] decision decide(
    const assistant_serving& serving, query asked, bool sandbox = false,
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max());

struct answer_source {
    std::string title;
    std::string url;        // empty if the source has no address
    std::string checked_on; // date or empty
};
BOOST_DESCRIBE_STRUCT(answer_source, (), (title, url, checked_on))

// The bytes a person approved, with their source. Empty text unless the decision answers with an
// entry of this index.
struct verbatim_answer {
    std::string text;
    std::string key;
    std::string release;
    std::vector<answer_source> sources;
};
[[nodiscard]] verbatim_answer verbatim(const knowledge_index& index, const decision& made);

// HTML of the Markdown subset (paragraphs, bold, italic, lists, https/mailto/tel links); raw HTML
// is shown as text, other links lose their address.
[[nodiscard]] std::string render_html(std::string_view markdown);

using serving_ptr = std::shared_ptr<const assistant_serving>;

struct serving_table {
    // by project, then by release id; the release id "" is the published one
    std::map<std::string, std::map<std::string, serving_ptr, std::less<>>, std::less<>> projects;
};

// Written by the control thread, read by all.
class serving_board {
  public:
    void publish(std::shared_ptr<const serving_table> next);
    [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
    [[nodiscard]] std::shared_ptr<const serving_table> read(std::uint64_t& version) const;

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const serving_table> table_ = std::make_shared<serving_table>();
    std::atomic<std::uint64_t> version_{1};
};

// One reader's copy; keep one a thread. A look-up takes no lock unless something was published.
class serving_reader {
  public:
    explicit serving_reader(const serving_board& board) : board_(board) {}
    // Null if the project has no such release; release "" = the published one.
    [[nodiscard]] serving_ptr find(std::string_view project, std::string_view release = {});

  private:
    const serving_board& board_;
    std::uint64_t version_ = 0;
    std::shared_ptr<const serving_table> table_;
};

} // namespace servery::assistant
