#include "data_plane/assistant/decide/serving.h"

namespace servery::assistant {

decision decide(const assistant_serving& serving, query asked, bool sandbox,
                std::chrono::steady_clock::time_point deadline) {
    if (!serving.withdrawn.empty()) asked.withdrawn = &serving.withdrawn;
    if (!serving.always_a_person.empty()) asked.always_a_person = &serving.always_a_person;
    const auto limits = sandbox ? sandbox_thresholds() : serving.limits();
    return decide(*serving.index, limits, asked, deadline);
}

verbatim_answer verbatim(const knowledge_index& index, const decision& made) {
    verbatim_answer out;
    if (made.recommended != outcome::answer || made.release != index.release_id()) return out;
    const auto entry = index.find(made.key);
    if (entry < 0) return out;
    const auto& e = index.entries()[static_cast<std::size_t>(entry)];
    out.text = e.answer;
    out.key = e.key;
    out.release = index.release_id();
    answer_source source{e.source_title, {}, e.checked_on};
    if (e.source_locator.starts_with("https://") || e.source_locator.starts_with("http://"))
        source.url = e.source_locator;
    if (source.title.empty()) source.title = e.source_locator;
    if (!source.title.empty()) out.sources.push_back(std::move(source));
    return out;
}

void serving_board::publish(std::shared_ptr<const serving_table> next) {
    const std::scoped_lock lock(mutex_);
    table_ = std::move(next);
    version_.fetch_add(1, std::memory_order_acq_rel);
}

std::shared_ptr<const serving_table> serving_board::read(std::uint64_t& version) const {
    const std::scoped_lock lock(mutex_);
    version = version_.load(std::memory_order_relaxed);
    return table_;
}

serving_ptr serving_reader::find(std::string_view project, std::string_view release) {
    if (version_ != board_.version()) table_ = board_.read(version_);
    const auto of_project = table_->projects.find(project);
    if (of_project == table_->projects.end()) return nullptr;
    const auto found = of_project->second.find(release);
    return found == of_project->second.end() ? nullptr : found->second;
}

} // namespace servery::assistant
