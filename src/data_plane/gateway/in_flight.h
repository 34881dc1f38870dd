// Priced calls under way, in a file that outlives the process: what a kill -9 interrupts comes back
// at the next start as an exchange row with its money estimated, never silently zero.
//
// File `in_flight` of the data folder: one page of head (magic, slot size, slot count), then 16,384
// slots of 512 bytes in native byte order, mapped shared; sparse, so that it takes the room of the
// slots that were ever used. A slot is written with plain stores, no system call:
//   reserved    money is set aside, nothing was dispatched: void after a crash
//   dispatched  a provider works for us: estimated after a crash, from the text passed on so far;
//               at the whole reserve where an answer does not stream or has no price
//   done        the row is made but not yet durable: becomes that row's money
// A slot whose check sum does not hold is not believed. After a power loss the file may be older
// than the row that was written last: rows that exist are never made twice.
//
// Thread: any; a slot belongs to its exchange's reactor, a short lock to take and free one.
#pragma once

#include "data_plane/policy/snapshot.h"
#include "foundation/base/result.h"
#include "foundation/events/exchange.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gateway {

class in_flight_file;

// The slot of one exchange; without a file, or with all slots in use, it does nothing. Dying before
// done() frees it: nothing came of the exchange. Move-only.
class call_slot {
  public:
    call_slot() = default;
    call_slot(call_slot&& other) noexcept;
    call_slot& operator=(call_slot&& other) noexcept;
    ~call_slot();

    // About to be sent; price null = the model has none.
    void dispatched(std::string_view provider, std::string_view model,
                    const policy::price_row* price, std::int64_t prompt_bytes, bool streamed);
    // Bytes of answer text that came so far.
    void text_bytes(std::int64_t n);
    // The row is made; the slot is freed when committed() says that it is durable.
    void done(const events::exchange& row);

  private:
    friend class in_flight_file;
    call_slot(in_flight_file* of, std::uint32_t index) : of_(of), index_(index) {}
    in_flight_file* of_ = nullptr;
    std::uint32_t index_ = 0;
};

class in_flight_file {
  public:
    // Errors: gateway.in_flight.unusable (the file cannot be made or mapped, or is of another
    // form).
    [[nodiscard]] static result<std::unique_ptr<in_flight_file>>
    open(const std::filesystem::path& file);
    in_flight_file(const in_flight_file&) = delete;
    in_flight_file& operator=(const in_flight_file&) = delete;
    ~in_flight_file();

    // What the process before left behind, as rows; to be asked once, before the first take(). The
    // slots stay until forget_leftovers(), to be called when the rows are durable.
    [[nodiscard]] std::vector<events::exchange> leftovers() const;
    void forget_leftovers();

    // `row`: an exchange whose money was just reserved.
    [[nodiscard]] call_slot take(const events::exchange& row, std::int64_t reserve_nano);
    // The row of this exchange is on disk.
    void committed(std::string_view exchange_id);
    [[nodiscard]] std::size_t in_use() const;

    static constexpr std::uint32_t slot_count = 16'384;
    struct slot;

  private:
    friend class call_slot;
    explicit in_flight_file(slot* slots, void* mapped, std::size_t size);
    void free(std::uint32_t index);

    slot* slots_;
    void* mapped_;
    std::size_t size_;
    mutable std::mutex mutex_;
    std::vector<std::uint32_t> free_; // the next to take at the end
    std::map<std::string, std::uint32_t, std::less<>> done_;
};

} // namespace servery::gateway
