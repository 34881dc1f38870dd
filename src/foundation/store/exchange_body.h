// The JSON body of an exchange's row, written and read without building a tree: these rows are most
// of a log, each request writes one, and a start reads them all. Inside this module only.
// Thread: one at a time.
#pragma once

#include "foundation/events/exchange.h"

#include <memory>
#include <string>
#include <string_view>

namespace servery::store {

// Appends the members that differ from a fresh exchange as one JSON object; `seq` is not among
// them, since the column has it.
void append_exchange_body(const events::exchange& row, std::string& out);

// Keeps its buffers, so that reading many rows allocates only what the rows hold.
class exchange_body_reader {
  public:
    exchange_body_reader();
    ~exchange_body_reader();
    exchange_body_reader(exchange_body_reader&&) noexcept;
    exchange_body_reader& operator=(exchange_body_reader&&) noexcept;

    // As json::read_json with unknown::ignore: absent, unknown and unreadable members leave what a
    // fresh exchange has; a text that is no JSON object gives a fresh exchange.
    [[nodiscard]] events::exchange read(std::string_view body);

  private:
    struct buffers;
    std::unique_ptr<buffers> kept_;
};

} // namespace servery::store
