#include "foundation/store/spool.h"

#include "foundation/store/rows.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace servery::store {
namespace {

constexpr std::size_t head_size = 8;
constexpr std::uint64_t first_record = 8; // behind the generation

// A file that begins again: nothing but its generation.
bool begin_file(int fd, std::uint64_t generation) {
    return ::ftruncate(fd, 0) == 0 && ::pwrite(fd, &generation, sizeof generation, 0) ==
                                          static_cast<ssize_t>(sizeof generation);
}

void put_u32(std::string& out, std::uint32_t value) {
    for (int i = 0; i < 4; ++i)
        out += static_cast<char>(value >> (8 * i));
}

std::uint32_t get_u32(const std::uint8_t* at) {
    return static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
           static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
}

std::string row_text(const record& row) {
    if (const auto* e = std::get_if<events::event>(&row))
        return "{\"event\":" + json::write(json::to_json(*e)) + "}";
    std::string out = "{\"exchange\":";
    append_exchange_body(std::get<events::exchange>(row), out);
    return out + "}";
}

std::optional<record> row_from(std::string_view text) {
    auto parsed = json::parse(text, {.bytes = text.size() + 1, .depth = 128});
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const auto& o = parsed->get_object();
    if (const auto* e = o.if_contains("event")) {
        auto row = json::from_json<events::event>(*e, json::unknown::ignore);
        if (!row) return std::nullopt;
        return record(std::move(*row));
    }
    const auto* x = o.if_contains("exchange");
    if (x == nullptr) return std::nullopt;
    auto row = json::from_json<events::exchange>(*x, json::unknown::ignore);
    if (!row) return std::nullopt;
    return record(std::move(*row));
}

// The bytes of the record at `at`; none when it is torn or the file ends.
std::optional<std::string> record_at(int fd, std::uint64_t at, std::uint64_t size) {
    std::uint8_t head[head_size];
    if (at + head_size > size ||
        ::pread(fd, head, head_size, static_cast<off_t>(at)) != static_cast<ssize_t>(head_size))
        return std::nullopt;
    const std::uint64_t length = get_u32(head);
    if (at + head_size + length > size) return std::nullopt;
    std::string bytes(length, '\0');
    if (::pread(fd, bytes.data(), length, static_cast<off_t>(at + head_size)) !=
        static_cast<ssize_t>(length))
        return std::nullopt;
    if (crc32(as_bytes(bytes)) != get_u32(head + 4)) return std::nullopt;
    return bytes;
}

} // namespace

spool::~spool() {
    if (fd_ >= 0) ::close(fd_);
}

spool::spool(spool&& other) noexcept {
    *this = std::move(other);
}

spool& spool::operator=(spool&& other) noexcept {
    std::swap(fd_, other.fd_);
    most_ = other.most_;
    generation_ = other.generation_;
    read_at_ = other.read_at_;
    size_ = other.size_;
    rows_ = other.rows_;
    return *this;
}

result<spool> spool::open(const std::filesystem::path& file, std::size_t most,
                          std::uint64_t generation, std::uint64_t done_to) {
    spool out;
    out.fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out.fd_ < 0)
        return fail(error_code::unavailable, "store.folder.unusable",
                    std::string("the spool file cannot be opened: ") + std::strerror(errno),
                    file.string(), "check the folder's permissions and free space");
    out.most_ = most;
    const auto length = ::lseek(out.fd_, 0, SEEK_END);
    const auto all = length < 0 ? 0u : static_cast<std::uint64_t>(length);
    if (::pread(out.fd_, &out.generation_, sizeof out.generation_, 0) !=
        static_cast<ssize_t>(sizeof out.generation_)) {
        out.generation_ = generation + 1;
        if (!begin_file(out.fd_, out.generation_)) out.most_ = 0;
    }
    if (out.generation_ != generation) done_to = first_record;
    out.size_ = first_record;
    while (const auto bytes = record_at(out.fd_, out.size_, all)) {
        out.size_ += head_size + bytes->size();
        if (out.size_ > done_to) ++out.rows_;
    }
    out.read_at_ = std::clamp(done_to, first_record, out.size_);
    if (::ftruncate(out.fd_, static_cast<off_t>(out.size_)) != 0) out.most_ = 0;
    return out;
}

bool spool::append(std::span<const record> rows) {
    std::string bytes;
    for (const auto& row : rows) {
        const auto text = row_text(row);
        put_u32(bytes, static_cast<std::uint32_t>(text.size()));
        put_u32(bytes, crc32(as_bytes(text)));
        bytes += text;
    }
    if (size_ + bytes.size() > most_) return false;
    std::size_t written = 0;
    while (written < bytes.size()) {
        const auto n = ::pwrite(fd_, bytes.data() + written, bytes.size() - written,
                                static_cast<off_t>(size_ + written));
        if (n <= 0) return false; // what was written lies behind size_ and is overwritten
        written += static_cast<std::size_t>(n);
    }
    size_ += bytes.size();
    rows_ += static_cast<std::int64_t>(rows.size());
    return true;
}

spool::chunk spool::read(std::size_t most) const {
    chunk out;
    out.end = read_at_;
    while (out.records < most) {
        const auto bytes = record_at(fd_, out.end, size_);
        if (!bytes) {
            // Nothing behind a record that cannot be read is reachable.
            if (out.records == 0) out.end = size_;
            break;
        }
        out.end += head_size + bytes->size();
        ++out.records;
        if (auto row = row_from(*bytes)) out.rows.push_back(std::move(*row));
    }
    return out;
}

void spool::done(std::uint64_t end, std::size_t rows) {
    read_at_ = end;
    rows_ -= static_cast<std::int64_t>(rows);
    if (!empty() || !begin_file(fd_, generation_ + 1)) return;
    ++generation_;
    rows_ = 0;
    read_at_ = first_record;
    size_ = first_record;
}

} // namespace servery::store
