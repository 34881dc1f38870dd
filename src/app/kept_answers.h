// Answers under an Idempotency-Key between the API and the store: sealed under the subkey `seal`,
// place `answer|sealed|<slot>`. Thread: the control thread.
#pragma once

#include "api/idempotency.h"
#include "foundation/base/key_tree.h"
#include "foundation/store/store.h"

namespace servery::app {

// Everything given must outlive the keeper.
[[nodiscard]] api::answer_keeper answer_keeper_of(const key_tree& keys, store::store& store,
                                                  const clock& now);

} // namespace servery::app
