#include "foundation/base/seal.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace servery {
namespace {

constexpr std::uint8_t form_version = 1;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t head_size = 1 + 4 + nonce_size;

void put_u32(std::uint8_t* at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i)
        at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint32_t get_u32(const std::uint8_t* at) {
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i)
        value = (value << 8) | at[i];
    return value;
}

} // namespace

std::string seal_place(std::string_view table, std::string_view column, std::string_view row) {
    std::string out(table);
    out += '|';
    out += column;
    out += '|';
    out += row;
    return out;
}

std::vector<std::uint8_t> seal(const secret_bytes& key, std::uint32_t key_id, bytes_view plain,
                               std::string_view place, random_source& random) {
    std::vector<std::uint8_t> out(head_size + plain.size() + tag_size);
    out[0] = form_version;
    put_u32(out.data() + 1, key_id);
    random.fill({out.data() + 5, nonce_size});
    const auto bound = as_bytes(place);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + head_size, nullptr, plain.data(),
                                               plain.size(), bound.data(), bound.size(), nullptr,
                                               out.data() + 5, key.view().data());
    return out;
}

result<secret_bytes> unseal(const secret_bytes& key, std::uint32_t key_id, bytes_view sealed,
                            std::string_view place) {
    if (sealed.size() < head_size + tag_size || sealed[0] != form_version)
        return fail(error_code::internal, "secret.sealed.format",
                    "the stored secret is not in a form this version reads", std::string(place),
                    "set the secret again, or start the version of Servery that wrote it");
    if (get_u32(sealed.data() + 1) != key_id)
        return fail(error_code::internal, "secret.sealed.key",
                    "the stored secret was sealed under root key " +
                        std::to_string(get_u32(sealed.data() + 1)) + ", not " +
                        std::to_string(key_id),
                    std::string(place), "restore the key file that belongs to this data folder");
    secret_bytes out(sealed.size() - head_size - tag_size);
    std::uint8_t nothing = 0;
    auto* target = out.empty() ? &nothing : out.writable().data();
    const auto bound = as_bytes(place);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            target, nullptr, nullptr, sealed.data() + head_size, sealed.size() - head_size,
            bound.data(), bound.size(), sealed.data() + 5, key.view().data()) != 0)
        return fail(error_code::internal, "secret.sealed.closed",
                    "the stored secret does not open: wrong key, or it was changed or moved",
                    std::string(place), "set the secret again");
    return out;
}

} // namespace servery
