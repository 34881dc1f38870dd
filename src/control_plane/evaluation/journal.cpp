#include "control_plane/evaluation/journal.h"

#include "foundation/base/hash.h"
#include "foundation/json/describe.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace servery::evaluation {
namespace {

constexpr std::size_t head_size = 8;
constexpr std::uint32_t longest_record = 16U << 20U;

void put_u32(std::string& out, std::uint32_t v) {
    for (unsigned i = 0; i < 4; ++i)
        out += static_cast<char>(v >> (8 * i) & 0xFFU);
}

std::uint32_t get_u32(std::string_view bytes) {
    std::uint32_t v = 0;
    for (std::size_t i = 0; i < 4; ++i)
        v |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return v;
}

std::string record_of(const json::object& payload) {
    const auto text = json::write(payload);
    std::string out;
    out.reserve(text.size() + head_size);
    put_u32(out, static_cast<std::uint32_t>(text.size()));
    put_u32(out, crc32(as_bytes(text)));
    return out + text;
}

error store_full(int code) {
    return {.code = error_code::unavailable,
            .id = "eval.store.full",
            .message = std::string("the journal cannot be written: ") + std::strerror(code),
            .where = "answers.journal",
            .remedy = "free space in the data folder, then resume the run"};
}

status write_whole(int fd, const std::string& record) {
    const auto n = ::write(fd, record.data(), record.size());
    if (n == static_cast<ssize_t>(record.size())) return {};
    const int code = n < 0 ? errno : ENOSPC;
    // A part of a record would hide everything behind it: cut it off again.
    if (n > 0) {
        const auto end = ::lseek(fd, 0, SEEK_END);
        if (end >= n && ::ftruncate(fd, end - n) != 0) return std::unexpected(store_full(errno));
    }
    return std::unexpected(store_full(code));
}

// One record at the front of bytes; its size, or 0 if it is torn or wrong.
std::size_t read_record(std::string_view bytes, json::object& payload) {
    if (bytes.size() < head_size) return 0;
    const auto length = get_u32(bytes);
    if (length > longest_record || bytes.size() - head_size < length) return 0;
    const auto text = bytes.substr(head_size, length);
    if (crc32(as_bytes(text)) != get_u32(bytes.substr(4))) return 0;
    auto v = json::parse(text, {.bytes = longest_record, .depth = 32});
    if (!v || !v->is_object()) return 0;
    payload = std::move(v->get_object());
    return head_size + length;
}

void take(const json::object& payload, journal_state& state) {
    const auto seq = json::int_or(payload, "seq", -1);
    if (json::text_or(payload, "is") == "sent") {
        if (!state.answers.contains(seq)) state.sent.insert(seq);
        return;
    }
    const auto* body = payload.if_contains("result");
    if (body == nullptr) return;
    auto answer = json::from_json<answer_result>(*body, json::unknown::ignore);
    if (!answer) return;
    state.answers[seq] = *std::move(answer);
    state.sent.erase(seq);
}

journal_state replay(std::string_view bytes, std::size_t& good) {
    journal_state state;
    good = 0;
    json::object payload;
    while (const auto n = read_record(bytes.substr(good), payload)) {
        take(payload, state);
        good += n;
    }
    state.dropped_bytes = bytes.size() - good;
    return state;
}

result<std::string> file_bytes(const std::filesystem::path& file) {
    std::error_code ec;
    if (!std::filesystem::exists(file, ec)) return std::string();
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    if (!in)
        return fail(error_code::unavailable, "eval.store.full", "the journal cannot be read",
                    file.string(), "check the disk of the data folder");
    return all.str();
}

} // namespace

result<journal_state> read_journal(const std::filesystem::path& file) {
    const auto bytes = file_bytes(file);
    if (!bytes) return std::unexpected(bytes.error());
    std::size_t good = 0;
    return replay(*bytes, good);
}

result<std::unique_ptr<file_journal>> file_journal::open(const std::filesystem::path& file) {
    std::error_code ec;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ec);
    const auto bytes = file_bytes(file);
    if (!bytes) return std::unexpected(bytes.error());
    std::size_t good = 0;
    (void)replay(*bytes, good);
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return std::unexpected(store_full(errno));
    if (good < bytes->size() && ::ftruncate(fd, static_cast<off_t>(good)) != 0) {
        const int code = errno;
        ::close(fd);
        return std::unexpected(store_full(code));
    }
    return std::unique_ptr<file_journal>(new file_journal(fd));
}

file_journal::~file_journal() {
    (void)::fsync(fd_);
    ::close(fd_);
}

status file_journal::sent(std::int64_t seq) {
    return write_whole(fd_, record_of({{"is", "sent"}, {"seq", seq}}));
}

status file_journal::answered(std::int64_t seq, const answer_result& result) {
    return write_whole(
        fd_, record_of({{"is", "answer"}, {"seq", seq}, {"result", json::to_json(result)}}));
}

} // namespace servery::evaluation
