#include "app/kept_answers.h"

#include "foundation/base/log.h"
#include "foundation/base/seal.h"
#include "foundation/base/text.h"

namespace servery::app {
namespace {

std::string place_of(const hash32& slot) {
    return seal_place("answer", "sealed", to_hex(slot));
}

std::vector<api::answer_keeper::kept> read_kept(const key_tree& keys, const store::store& store,
                                                instant now) {
    std::vector<api::answer_keeper::kept> out;
    const auto rows = store.answers(now);
    if (!rows) {
        log::error("api.answers.unreadable", {{"why", to_line(rows.error())}});
        return out;
    }
    for (const auto& row : *rows) {
        const auto text = keys.unseal_value(row.sealed, place_of(row.slot));
        if (text)
            out.push_back({row.slot, row.at, std::string(text->text())});
        else
            log::warn("api.answer.unreadable", {{"why", to_line(text.error())}});
    }
    return out;
}

} // namespace

api::answer_keeper answer_keeper_of(const key_tree& keys, store::store& store, const clock& now) {
    return {.key = blake2b_256_keyed(keys.plain_subkey(key_use::api_key), as_bytes("kept-answer")),
            .keep =
                [&keys, &store](const hash32& slot, instant at, const std::string& text) {
                    static system_random random;
                    const auto kept =
                        store.keep({.slot = slot,
                                    .at = at,
                                    .sealed = keys.seal_value(text, place_of(slot), random)});
                    if (!kept) log::error("api.answer.not_kept", {{"why", to_line(kept.error())}});
                },
            .read = [&keys, &store, &now] { return read_kept(keys, store, now.now()); }};
}

} // namespace servery::app
