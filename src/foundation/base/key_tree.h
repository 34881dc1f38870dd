// The keys of an installation. A master key of 32 bytes, kept outside the data folder, seals one
// random root; everything else is a subkey of the root by context (libsodium's crypto_kdf).
//
//   master key   <data folder>.key, 0600: 64 hex digits and a newline
//   sealed root  <data folder>/keys.sealed: one line `servery-keys-1 <root number> <hex>`
//
// Thread: immutable after it was made; any thread.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/base/secret.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery {

// What each subkey is for; the contexts are the names in brackets.
enum class key_use {
    seal,     // seal____  sealed values
    api_key,  // apikey__  keyed hashes of API keys
    visitor,  // visitor_  visitor ids, visitor and conversation hashes
    audit,    // audit___  seed of the Ed25519 key that signs checkpoints
    snapshot, // snapshot  MAC of the policy file
    grant,    // grant___  MAC of grants
    vault,    // vault___
    subject,  // subject_
};

class key_tree {
  public:
    // A tree that lives in memory only: rehearsals (seeded source) and tests.
    [[nodiscard]] static key_tree in_memory(random_source& random);

    // Makes a master key file (if `master` holds none) and a sealed root in `folder`.
    // Errors: secret.master.exists, secret.file.unwritable.
    [[nodiscard]] static result<key_tree> create(const std::filesystem::path& folder,
                                                 const secret_bytes& master, random_source& random);
    // Errors: secret.root.missing, secret.root.unreadable, secret.master.wrong.
    [[nodiscard]] static result<key_tree> open(const std::filesystem::path& folder,
                                               const secret_bytes& master);

    // 32 bytes, the same for the same root, use and number. number 0 = the installation's own;
    // others give one key a project (`project_number`).
    [[nodiscard]] secret_bytes subkey(key_use use, std::uint64_t number = 0) const;
    // subkey() as a plain key, for values that travel in the policy snapshot.
    [[nodiscard]] key32 plain_subkey(key_use use, std::uint64_t number = 0) const;
    // A stable number for a name, so that each project has keys of its own.
    [[nodiscard]] static std::uint64_t project_number(std::string_view project);
    [[nodiscard]] std::uint32_t root_number() const { return root_number_; }

    // Sealed values under the subkey `seal`; see seal.h for form, place and errors.
    [[nodiscard]] std::vector<std::uint8_t>
    seal_value(std::string_view plain, std::string_view place, random_source& random) const;
    [[nodiscard]] result<secret_bytes> unseal_value(bytes_view sealed,
                                                    std::string_view place) const;

  private:
    key_tree(secret_bytes root, std::uint32_t number)
        : root_(std::move(root)), root_number_(number) {}
    secret_bytes root_;
    std::uint32_t root_number_ = 1;
};

// Where the master key is looked for, in this order.
struct master_key_places {
    std::filesystem::path folder;                         // data folder
    std::optional<std::filesystem::path> key_file;        // --master-key-file
    std::optional<std::filesystem::path> credentials_dir; // $CREDENTIALS_DIRECTORY (systemd)
    std::string* environment = nullptr; // text of SERVERY_MASTER_KEY; wiped after reading
};

// Systemd credential `servery-master`, the key file, the environment, `<data folder>.key`.
// Errors: secret.master.missing (names every place that was looked at), secret.master.mode (the
// file is readable by others), secret.master.inside (it lies in the data folder),
// secret.master.format.
[[nodiscard]] result<secret_bytes> find_master_key(const master_key_places& places);
// `<data folder>.key`
[[nodiscard]] std::filesystem::path default_master_key_file(const std::filesystem::path& folder);
// Makes that file with a new key, 0600; an existing one is never overwritten.
// Errors: secret.master.exists, secret.file.unwritable.
[[nodiscard]] result<secret_bytes> make_master_key_file(const std::filesystem::path& file,
                                                        random_source& random);

} // namespace servery
