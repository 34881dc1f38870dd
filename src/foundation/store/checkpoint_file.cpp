#include "foundation/store/checkpoint_file.h"

#include "foundation/base/counters.h"

#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace servery::store {
namespace {

constexpr std::int64_t every_rows = 256;
constexpr millis every{60'000};

} // namespace

result<checkpoint_file> checkpoint_file::open(const std::filesystem::path& folder,
                                              const key_tree& keys, const clock& now) {
    const auto place = folder / "audit";
    std::error_code ec;
    std::filesystem::create_directories(place, ec);
    checkpoint_file out(place / "checkpoints.jsonl", keys, now);
    std::ifstream in(out.file_, std::ios::binary);
    if (!in) return out;
    std::string text(std::istreambuf_iterator<char>(in), {});
    const auto end = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
    if (end != text.size()) std::filesystem::resize_file(out.file_, end, ec);
    if (ec)
        return fail(error_code::unavailable, "store.folder.unusable",
                    "the checkpoint file cannot be written: " + ec.message(), out.file_.string(),
                    "check the folder's permissions");
    text.resize(end);
    if (text.empty()) return out;
    const auto before = text.rfind('\n', text.size() - 2);
    const auto from = before == std::string::npos ? 0 : before + 1;
    if (auto line = json::parse(std::string_view(text).substr(from)); line && line->is_object())
        out.seq_ = json::int_or(line->get_object(), "seq", 0);
    return out;
}

void checkpoint_file::offer(const chain_head& head, when w, const fault_seam& fault) {
    if (head.seq <= seq_) return;
    const auto now = now_->now();
    const bool due = head.seq - seq_ >= every_rows || now - at_ >= every || now < at_;
    if (!due && w == when::due) return;
    const auto line = json::write(json::to_json(sign_checkpoint(*keys_, head.seq, head.hash, now)));
    if ((fault && fault("checkpoint")) || !append(line + '\n')) {
        ++counters::counter("servery_store_checkpoints_failed_total");
        return;
    }
    seq_ = head.seq;
    at_ = now;
}

bool checkpoint_file::append(const std::string& line) const {
    const int fd = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    const auto start = ::lseek(fd, 0, SEEK_END);
    const bool good = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                      ::fsync(fd) == 0;
    // Half a line would spoil the next one.
    if (!good && start >= 0) std::ignore = ::ftruncate(fd, start);
    ::close(fd);
    return good;
}

} // namespace servery::store
