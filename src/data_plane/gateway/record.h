// The row of an exchange: written once, at its end. Thread: the exchange's.
#pragma once

#include "data_plane/gateway/exchange.h"

namespace servery::gateway {

// Fills the columns that are known from the exchange's parts (who, request, admission); called once
// before the answer is chosen and harmless to call again.
void fill_row(exchange& x);
// Ends the ledger's reservation in the one state that is true, and writes it into the row.
//   dispatched  request bytes may have reached the provider
//   refused     the upstream answered 4xx, or 5xx before any event
void settle_row(exchange& x, bool dispatched, bool refused);

// Bytes of the texts that are sent, without the variant's prompt.
[[nodiscard]] std::int64_t prompt_bytes(const exchange& x);

} // namespace servery::gateway
