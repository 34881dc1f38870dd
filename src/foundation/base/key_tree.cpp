#include "foundation/base/key_tree.h"

#include "foundation/base/seal.h"

#include <sodium.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace servery {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::string_view root_place = "keys|root|1";
constexpr std::string_view root_form = "servery-keys-1";

static_assert(crypto_kdf_KEYBYTES == key_size);

std::string_view context_of(key_use use) {
    switch (use) {
    case key_use::seal:
        return "seal____";
    case key_use::api_key:
        return "apikey__";
    case key_use::visitor:
        return "visitor_";
    case key_use::audit:
        return "audit___";
    case key_use::snapshot:
        return "snapshot";
    case key_use::grant:
        return "grant___";
    case key_use::vault:
        return "vault___";
    case key_use::subject:
        return "subject_";
    }
    return "unknown_";
}

std::string file_fault() {
    return std::strerror(errno);
}

// Writes a new file of mode 0600 and waits until the disk has it; never overwrites.
status write_new_file(const std::filesystem::path& file, std::string_view text,
                      std::string_view exists_id) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return fail(error_code::conflict, std::string(exists_id), "the file is there already",
                    file.string(), "keep it: without it nothing in the data folder can be opened");
    if (fd < 0)
        return fail(error_code::unavailable, "secret.file.unwritable",
                    "the key file cannot be written: " + file_fault(), file.string(),
                    "check the folder's permissions and free space");
    std::size_t done = 0;
    while (done < text.size()) {
        const auto n = ::write(fd, text.data() + done, text.size() - done);
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    const bool good = done == text.size() && ::fsync(fd) == 0;
    const auto why = file_fault();
    ::close(fd);
    if (good) return {};
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return fail(error_code::unavailable, "secret.file.unwritable",
                "the key file cannot be written: " + why, file.string(),
                "check the folder's permissions and free space");
}

result<secret_bytes> key_from_text(std::string_view text, const std::string& where) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    if (text.size() == key_size) return secret_bytes::copy_of(as_bytes(text));
    secret_bytes out(key_size);
    std::size_t length = 0;
    if (text.size() == 2 * key_size &&
        sodium_hex2bin(out.writable().data(), key_size, text.data(), text.size(), nullptr, &length,
                       nullptr) == 0 &&
        length == key_size)
        return out;
    return fail(error_code::invalid_argument, "secret.master.format",
                "a master key is 64 hexadecimal digits", where,
                "put the key in that form, or restore the file");
}

result<secret_bytes> key_from_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 2 * key_size + 8> buffer{};
    in.read(buffer.data(), buffer.size());
    const auto n = static_cast<std::size_t>(in.gcount());
    auto key = key_from_text({buffer.data(), n}, file.string());
    wipe_memory({reinterpret_cast<std::uint8_t*>(buffer.data()), buffer.size()});
    return key;
}

status check_key_file(const std::filesystem::path& file, const std::filesystem::path& folder) {
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0) return {};
    if ((info.st_mode & 077) != 0)
        return fail(error_code::invalid_argument, "secret.master.mode",
                    "the master key file can be read by other users", file.string(),
                    "chmod 600 " + file.string());
    std::error_code ec;
    const auto inside = std::filesystem::weakly_canonical(file, ec);
    const auto outer = std::filesystem::weakly_canonical(folder, ec);
    const auto relative = inside.lexically_relative(outer);
    if (!relative.empty() && *relative.begin() != "..")
        return fail(error_code::invalid_argument, "secret.master.inside",
                    "the master key file lies in the data folder, so a copy of the folder would "
                    "carry its own key",
                    file.string(), "move it out, for example to " + folder.string() + ".key");
    return {};
}

std::filesystem::path root_file(const std::filesystem::path& folder) {
    return folder / "keys.sealed";
}

error root_unreadable(const std::filesystem::path& file) {
    return error{.code = error_code::unavailable,
                 .id = "secret.root.unreadable",
                 .message = "the sealed root key is not in a form this version reads",
                 .where = file.string(),
                 .remedy = "restore keys.sealed from a backup",
                 .origin = error_origin::internal};
}

} // namespace

key_tree key_tree::in_memory(random_source& random) {
    return {secret_bytes::random(key_size, random), 1};
}

result<key_tree> key_tree::create(const std::filesystem::path& folder, const secret_bytes& master,
                                  random_source& random) {
    constexpr std::uint32_t number = 1;
    auto root = secret_bytes::random(key_size, random);
    const auto sealed = seal(master, number, root.view(), root_place, random);
    const auto line =
        std::string(root_form) + ' ' + std::to_string(number) + ' ' + to_hex(sealed) + '\n';
    if (auto done = write_new_file(root_file(folder), line, "secret.root.exists"); !done)
        return std::unexpected(done.error());
    return key_tree(std::move(root), number);
}

result<key_tree> key_tree::open(const std::filesystem::path& folder, const secret_bytes& master) {
    const auto file = root_file(folder);
    std::ifstream in(file);
    if (!in)
        return fail(error_code::unavailable, "secret.root.missing",
                    "the sealed root key is missing", file.string(),
                    "restore keys.sealed from a backup, or run servery init on an empty folder");
    std::string form;
    std::string hex;
    std::uint32_t number = 0;
    in >> form >> number >> hex;
    const auto sealed = from_hex(hex);
    if (!in || form != root_form || !sealed) return std::unexpected(root_unreadable(file));
    auto root = unseal(master, number, *sealed, root_place);
    if (!root || root->size() != key_size)
        return fail(error_code::unavailable, "secret.master.wrong",
                    "the master key does not open the root key of this data folder", file.string(),
                    "give the master key that was made with this folder");
    return key_tree(std::move(*root), number);
}

secret_bytes key_tree::subkey(key_use use, std::uint64_t number) const {
    secret_bytes out(key_size);
    crypto_kdf_derive_from_key(out.writable().data(), key_size, number, context_of(use).data(),
                               root_.view().data());
    return out;
}

key32 key_tree::plain_subkey(key_use use, std::uint64_t number) const {
    key32 out{};
    const auto key = subkey(use, number);
    std::memcpy(out.data(), key.view().data(), key_size);
    return out;
}

std::uint64_t key_tree::project_number(std::string_view project) {
    return blake2b_64(as_bytes(project)) | 1;
}

std::vector<std::uint8_t> key_tree::seal_value(std::string_view plain, std::string_view place,
                                               random_source& random) const {
    return seal(subkey(key_use::seal), root_number_, as_bytes(plain), place, random);
}

result<secret_bytes> key_tree::unseal_value(bytes_view sealed, std::string_view place) const {
    return unseal(subkey(key_use::seal), root_number_, sealed, place);
}

std::filesystem::path default_master_key_file(const std::filesystem::path& folder) {
    auto name = folder.lexically_normal();
    if (!name.has_filename()) name = name.parent_path(); // "data/" and "data" are one folder
    name += ".key";
    return name;
}

result<secret_bytes> make_master_key_file(const std::filesystem::path& file,
                                          random_source& random) {
    auto key = secret_bytes::random(key_size, random);
    auto text = to_hex(key.view()) + '\n';
    auto done = write_new_file(file, text, "secret.master.exists");
    wipe_memory({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (!done) return std::unexpected(done.error());
    return key;
}

result<secret_bytes> find_master_key(const master_key_places& places) {
    std::string looked;
    const auto try_file = [&](const std::filesystem::path& file) {
        looked += (looked.empty() ? "" : ", ") + file.string();
        std::error_code ec;
        return std::filesystem::exists(file, ec);
    };
    // systemd keeps credentials in a folder that only the service reads; their mode is its own.
    if (places.credentials_dir && try_file(*places.credentials_dir / "servery-master"))
        return key_from_file(*places.credentials_dir / "servery-master");
    if (places.key_file && try_file(*places.key_file)) {
        if (auto good = check_key_file(*places.key_file, places.folder); !good)
            return std::unexpected(good.error());
        return key_from_file(*places.key_file);
    }
    if (places.environment != nullptr && !places.environment->empty()) {
        auto key = key_from_text(*places.environment, "SERVERY_MASTER_KEY");
        wipe_memory({reinterpret_cast<std::uint8_t*>(places.environment->data()),
                     places.environment->size()});
        places.environment->clear();
        return key;
    }
    looked += (looked.empty() ? "" : ", ") + std::string("SERVERY_MASTER_KEY");
    // A key file that was named and is not there must not be replaced by another key in silence.
    if (const auto usual = default_master_key_file(places.folder);
        !places.key_file && try_file(usual)) {
        if (auto good = check_key_file(usual, places.folder); !good)
            return std::unexpected(good.error());
        return key_from_file(usual);
    }
    return fail(error_code::unavailable, "secret.master.missing",
                "no master key was found; looked at: " + looked, places.folder.string(),
                "run servery init, or give --master-key-file");
}

} // namespace servery
