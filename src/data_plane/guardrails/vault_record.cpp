#include "data_plane/guardrails/vault_record.h"

#include "foundation/base/seal.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <utility>

namespace servery::guardrails {
namespace {

using act = store::vault_row::act;

constexpr std::size_t key_size = sizeof(key32);
constexpr std::size_t length_size = 4;

std::string place_of(const store::vault_row& row) {
    const auto id = to_hex(row.conversation);
    if (row.what == act::begin) return seal_place("vault", "key", id);
    return seal_place("vault", "value", id + "/" + row.placeholder);
}

secret_bytes secret_of(const key32& key) {
    return secret_bytes::copy_of(key);
}

error broken(const store::vault_row& row) {
    return error{.code = error_code::internal,
                 .id = "guard.vault.format",
                 .message = "a sealed placeholder is not in a form this version reads",
                 .where = place_of(row),
                 .remedy = "nothing: it is forgotten",
                 .origin = error_origin::internal};
}

// u32 length of the first, little-endian, then both.
std::string packed(const vault_value& value) {
    std::string out;
    for (std::size_t i = 0; i < length_size; ++i)
        out += static_cast<char>(value.written.size() >> (8 * i) & 0xFFU);
    return out + value.written + value.normalised;
}

} // namespace

vault_record::vault_record(vault_keeping_ptr with, const hash16& conversation, const key32& names)
    : with_(std::move(with)), conversation_(conversation), keys_{.names = names, .values = {}} {
    with_->random->fill(keys_.values);
}

vault_record::vault_record(vault_keeping_ptr with, const hash16& conversation,
                           const vault_keys& keys, instant expires)
    : with_(std::move(with)), conversation_(conversation), keys_(keys), expires_(expires),
      kept_until_(expires), begun_(true) {}

store::vault_row vault_record::row(act what) const {
    return {.what = what,
            .conversation = conversation_,
            .placeholder = {},
            .class_name = {},
            .sealed = {},
            .created = now_,
            .expires = expires_};
}

void vault_record::used(instant now, millis lifetime) {
    now_ = now;
    expires_ = now + lifetime;
    if (!begun_ || expires_ - kept_until_ < lifetime / 24) return;
    if (with_->keep(row(act::prolong))) kept_until_ = expires_;
}

bool vault_record::begin() {
    auto first = row(act::begin);
    auto both = secret_bytes(2 * key_size);
    std::ranges::copy(keys_.names, both.writable().begin());
    std::ranges::copy(keys_.values, both.writable().begin() + key_size);
    first.sealed =
        seal(secret_of(with_->key), with_->key_id, both.view(), place_of(first), *with_->random);
    kept_until_ = expires_;
    return with_->keep(std::move(first));
}

void vault_record::add(const std::string& placeholder, std::string_view class_name,
                       const vault_value& value) {
    if (!begun_) begun_ = begin();
    if (!begun_) return;
    auto next = row(act::add);
    next.placeholder = placeholder;
    next.class_name = class_name;
    next.sealed = seal(secret_of(keys_.values), with_->key_id, as_bytes(packed(value)),
                       place_of(next), *with_->random);
    // Never before the others of its conversation.
    next.expires = std::max(next.expires, kept_until_);
    (void)with_->keep(std::move(next));
}

result<vault_keys> open_keys(const vault_keeping& with, const store::vault_row& row) {
    const auto both = unseal(secret_of(with.key), with.key_id, row.sealed, place_of(row));
    if (!both) return std::unexpected(both.error());
    if (both->size() != 2 * key_size) return std::unexpected(broken(row));
    vault_keys out;
    std::ranges::copy(both->view().first(key_size), out.names.begin());
    std::ranges::copy(both->view().subspan(key_size), out.values.begin());
    return out;
}

result<vault_value> open_value(const vault_keeping& with, const vault_keys& keys,
                               const store::vault_row& row) {
    const auto opened = unseal(secret_of(keys.values), with.key_id, row.sealed, place_of(row));
    if (!opened) return std::unexpected(opened.error());
    const auto bytes = opened->text();
    if (bytes.size() < length_size) return std::unexpected(broken(row));
    std::size_t length = 0;
    for (std::size_t i = length_size; i-- > 0;)
        length = length << 8U | static_cast<std::uint8_t>(bytes[i]);
    if (length > bytes.size() - length_size) return std::unexpected(broken(row));
    return vault_value{.written = std::string(bytes.substr(length_size, length)),
                       .normalised = std::string(bytes.substr(length_size + length))};
}

} // namespace servery::guardrails
