#include "data_plane/gateway/in_flight.h"

#include "data_plane/policy/prices.h"
#include "foundation/base/counters.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace servery::gateway {

namespace {

constexpr std::size_t head_bytes = 4096;
constexpr std::size_t slot_bytes = 512;
constexpr std::array<char, 8> magic{'s', 'v', 'y', 'f', 'l', 'y', '0', '1'};

enum class life : std::uint32_t { free, reserved, changing, dispatched, done };

template <std::size_t N>
void put(std::array<char, N>& to, std::string_view text) {
    to.fill(0);
    const auto n = std::min(text.size(), N - 1);
    std::copy_n(text.begin(), n, to.begin());
}

template <std::size_t N>
std::string get(const std::array<char, N>& from) {
    return {from.begin(), std::find(from.begin(), from.end(), '\0')};
}

struct file_head {
    std::array<char, 8> magic{};
    std::uint32_t slot_size = 0;
    std::uint32_t slots = 0;
};

std::unexpected<error> unusable(const std::filesystem::path& file, const std::string& why) {
    return fail(error_code::unavailable, "gateway.in_flight.unusable",
                "the record of calls under way cannot be used: " + why, file.string(),
                "make the data folder writable, or move this file away if it is damaged");
}

} // namespace

// What never changes while an exchange lives stands first and is covered by the sum.
struct in_flight_file::slot {
    std::atomic<std::uint32_t> state;
    std::uint32_t sum;
    struct fixed_part {
        std::int64_t at_ms;
        std::int64_t reserve_nano;
        std::array<char, 40> exchange_id;
        std::array<char, 68> project;
        std::array<char, 20> phase;
        std::array<char, 40> key_id;
        std::uint8_t env;
        std::uint8_t purpose;
        std::array<std::uint8_t, 6> rest;
    } fixed;
    struct call_part {
        std::array<char, 68> provider;
        std::array<char, 88> model;
        std::array<char, 40> price_id;
        std::array<char, 8> currency;
        std::int64_t price_in;
        std::int64_t price_cached;
        std::int64_t price_out;
        std::int64_t prompt_bytes;
        std::uint8_t streamed;
        std::uint8_t priced;
        std::array<std::uint8_t, 6> rest;
    } call;
    std::atomic<std::int64_t> text_bytes;
    std::int64_t cost_nano; // -1 = not known
    std::uint32_t spend;
    std::uint32_t unused;
    std::array<char, 40> to_the_end; // of the slot's 512 bytes
};

namespace {

using slot = in_flight_file::slot;

// FNV-1a: tells a half-written slot from a whole one, nothing more.
std::uint32_t sum_of(const slot::fixed_part& part) {
    std::array<unsigned char, sizeof part> bytes;
    std::memcpy(bytes.data(), &part, sizeof part);
    std::uint32_t h = 2'166'136'261U;
    for (const auto b : bytes)
        h = (h ^ b) * 16'777'619U;
    return h;
}

life state_of(const slot& s) {
    return static_cast<life>(s.state.load(std::memory_order_acquire));
}

void set_state(slot& s, life to) {
    s.state.store(static_cast<std::uint32_t>(to), std::memory_order_release);
}

void take_call(events::exchange& row, const slot& s) {
    row.provider_id = get(s.call.provider);
    row.upstream_model = get(s.call.model);
    row.price_id = get(s.call.price_id);
    row.currency = get(s.call.currency);
    row.streamed = s.call.streamed != 0;
    row.attempts = 1;
}

// A stream cost what it brought; of an answer that came whole nobody knows how far it was.
void estimate(events::exchange& row, const slot& s) {
    row.spend = events::spend_state::estimated;
    row.cost_nano = row.reserve_nano;
    if (state_of(s) == life::changing) return;
    take_call(row, s);
    if (s.call.priced == 0) {
        row.spend = events::spend_state::unpriced;
        row.cost_nano.reset();
        return;
    }
    if (s.call.streamed == 0) return;
    policy::price_row price;
    price.in = s.call.price_in;
    price.cached = s.call.price_cached;
    price.out = s.call.price_out;
    policy::token_usage used;
    used.in = policy::estimate_tokens(s.call.prompt_bytes);
    used.out = policy::estimate_tokens(s.text_bytes.load(std::memory_order_relaxed));
    row.tokens_in = static_cast<std::uint32_t>(used.in);
    row.tokens_out = static_cast<std::uint32_t>(used.out);
    row.tokens_source = events::tokens_source::counted;
    row.cost_nano = policy::cost_nano(price, used);
}

std::optional<events::exchange> row_of(const slot& s) {
    const auto state = state_of(s);
    if (state == life::free || state > life::done || s.sum != sum_of(s.fixed)) return std::nullopt;
    events::exchange row;
    row.exchange_id = get(s.fixed.exchange_id);
    row.at = {s.fixed.at_ms};
    row.project = get(s.fixed.project);
    row.phase = get(s.fixed.phase);
    row.key_id = get(s.fixed.key_id);
    row.env = static_cast<events::environment>(s.fixed.env);
    row.purpose = static_cast<events::purpose>(s.fixed.purpose);
    row.reserve_nano = s.fixed.reserve_nano;
    row.outcome = events::outcome::crashed;
    row.served = events::served_by::error;
    row.error_id = "gateway.crashed";
    row.cost_nano = 0;
    if (state == life::changing || state == life::dispatched) estimate(row, s);
    if (state == life::done) {
        take_call(row, s);
        row.spend = static_cast<events::spend_state>(s.spend);
        row.cost_nano.reset();
        if (s.cost_nano >= 0) row.cost_nano = s.cost_nano;
    }
    return row;
}

} // namespace

call_slot::call_slot(call_slot&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)), index_(other.index_) {}

call_slot& call_slot::operator=(call_slot&& other) noexcept {
    if (this != &other) {
        if (of_ != nullptr) of_->free(index_);
        of_ = std::exchange(other.of_, nullptr);
        index_ = other.index_;
    }
    return *this;
}

call_slot::~call_slot() {
    if (of_ != nullptr) of_->free(index_);
}

void call_slot::dispatched(std::string_view provider, std::string_view model,
                           const policy::price_row* price, std::int64_t prompt_bytes,
                           bool streamed) {
    if (of_ == nullptr) return;
    auto& s = of_->slots_[index_];
    set_state(s, life::changing);
    put(s.call.provider, provider);
    put(s.call.model, model);
    put(s.call.price_id, price != nullptr ? price->id : std::string_view{});
    put(s.call.currency, price != nullptr ? price->currency : std::string_view{});
    s.call.priced = price != nullptr ? 1 : 0;
    s.call.price_in = price != nullptr ? price->in : 0;
    s.call.price_cached = price != nullptr ? price->cached : 0;
    s.call.price_out = price != nullptr ? price->out : 0;
    s.call.prompt_bytes = prompt_bytes;
    s.call.streamed = streamed ? 1 : 0;
    s.text_bytes.store(0, std::memory_order_relaxed);
    set_state(s, life::dispatched);
}

void call_slot::text_bytes(std::int64_t n) {
    if (of_ != nullptr) of_->slots_[index_].text_bytes.store(n, std::memory_order_relaxed);
}

void call_slot::done(const events::exchange& row) {
    if (of_ == nullptr) return;
    auto& s = of_->slots_[index_];
    s.cost_nano = row.cost_nano.value_or(-1);
    s.spend = static_cast<std::uint32_t>(row.spend);
    auto* of = std::exchange(of_, nullptr);
    const std::lock_guard lock(of->mutex_);
    set_state(s, life::done);
    of->done_[row.exchange_id] = index_;
}

in_flight_file::in_flight_file(slot* slots, void* mapped, std::size_t size)
    : slots_(slots), mapped_(mapped), size_(size) {
    free_.reserve(slot_count);
    for (std::uint32_t i = slot_count; i > 0; --i) {
        if (state_of(slots_[i - 1]) == life::free) free_.push_back(i - 1);
    }
}

in_flight_file::~in_flight_file() {
    ::munmap(mapped_, size_);
}

result<std::unique_ptr<in_flight_file>> in_flight_file::open(const std::filesystem::path& file) {
    static_assert(sizeof(slot) == slot_bytes);
    constexpr auto size = head_bytes + slot_bytes * slot_count;
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return unusable(file, std::strerror(errno));
    struct stat found{};
    const bool is_new = ::fstat(descriptor, &found) == 0 && found.st_size == 0;
    if (is_new && ::ftruncate(descriptor, static_cast<off_t>(size)) != 0) {
        ::close(descriptor);
        return unusable(file, std::strerror(errno));
    }
    if (!is_new && found.st_size != static_cast<off_t>(size)) {
        ::close(descriptor);
        return unusable(file, "it has another size");
    }
    auto* mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (mapped == MAP_FAILED) return unusable(file, std::strerror(errno));
    auto* head = static_cast<file_head*>(mapped);
    if (is_new) *head = {magic, slot_bytes, slot_count};
    if (head->magic != magic || head->slot_size != slot_bytes || head->slots != slot_count) {
        ::munmap(mapped, size);
        return unusable(file, "it is of another form");
    }
    auto* slots = reinterpret_cast<slot*>(static_cast<char*>(mapped) + head_bytes);
    return std::unique_ptr<in_flight_file>(new in_flight_file(slots, mapped, size));
}

std::vector<events::exchange> in_flight_file::leftovers() const {
    std::vector<events::exchange> out;
    for (std::uint32_t i = 0; i < slot_count; ++i) {
        if (auto row = row_of(slots_[i])) out.push_back(std::move(*row));
    }
    return out;
}

void in_flight_file::forget_leftovers() {
    const std::lock_guard lock(mutex_);
    for (std::uint32_t i = slot_count; i > 0; --i) {
        if (state_of(slots_[i - 1]) == life::free) continue;
        set_state(slots_[i - 1], life::free);
        free_.push_back(i - 1);
    }
}

call_slot in_flight_file::take(const events::exchange& row, std::int64_t reserve_nano) {
    std::uint32_t index = 0;
    {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) {
            counters::counter("servery_in_flight_slots_missing_total")
                .fetch_add(1, std::memory_order_relaxed);
            return {};
        }
        index = free_.back();
        free_.pop_back();
    }
    auto& s = slots_[index];
    s.fixed = {};
    s.fixed.at_ms = row.at.ms;
    s.fixed.reserve_nano = reserve_nano;
    put(s.fixed.exchange_id, row.exchange_id);
    put(s.fixed.project, row.project);
    put(s.fixed.phase, row.phase);
    put(s.fixed.key_id, row.key_id);
    s.fixed.env = static_cast<std::uint8_t>(row.env);
    s.fixed.purpose = static_cast<std::uint8_t>(row.purpose);
    s.call = {};
    s.cost_nano = -1;
    s.sum = sum_of(s.fixed);
    set_state(s, life::reserved);
    return {this, index};
}

void in_flight_file::free(std::uint32_t index) {
    const std::lock_guard lock(mutex_);
    set_state(slots_[index], life::free);
    free_.push_back(index);
}

void in_flight_file::committed(std::string_view exchange_id) {
    const std::lock_guard lock(mutex_);
    const auto it = done_.find(exchange_id);
    if (it == done_.end()) return;
    set_state(slots_[it->second], life::free);
    free_.push_back(it->second);
    done_.erase(it);
}

std::size_t in_flight_file::in_use() const {
    const std::lock_guard lock(mutex_);
    return slot_count - free_.size();
}

} // namespace servery::gateway
