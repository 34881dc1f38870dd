// Calls to an upstream over TLS: a certificate is believed only for its name and from an authority
// that the settings name. Authority and certificates are made here, for this run alone.
#include "foundation/http/client_pool.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace servery::http {
namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

key_ptr make_key() {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free};
}

void extend(X509* to, X509* issuer, int what, const char* value) {
    X509V3_CTX with;
    X509V3_set_ctx_nodb(&with);
    X509V3_set_ctx(&with, issuer, to, nullptr, nullptr, 0);
    auto* made = X509V3_EXT_conf_nid(nullptr, &with, what, value);
    X509_add_ext(to, made, -1);
    X509_EXTENSION_free(made);
}

// issuer null: an authority that vouches for itself. `name` empty: no host.
certificate_ptr make_certificate(EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                                 const std::string& name) {
    static std::atomic<long> serial{1};
    certificate_ptr out(X509_new(), X509_free);
    X509_set_version(out.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(out.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(out.get()), 3600);
    X509_set_pubkey(out.get(), key);
    const auto common = name.empty() ? std::string("an authority of this test") : name;
    X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
    X509_set_issuer_name(out.get(), X509_get_subject_name(issuer != nullptr ? issuer : out.get()));
    auto* signer = issuer != nullptr ? issuer : out.get();
    extend(out.get(), signer, NID_basic_constraints,
           issuer != nullptr ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (!name.empty()) extend(out.get(), signer, NID_subject_alt_name, ("DNS:" + name).c_str());
    X509_sign(out.get(), issuer_key != nullptr ? issuer_key : key, EVP_sha256());
    return out;
}

struct authority {
    key_ptr key = make_key();
    certificate_ptr own = make_certificate(key.get(), nullptr, nullptr, "");
    std::filesystem::path file;

    explicit authority(const std::filesystem::path& folder, const std::string& name)
        : file(folder / name) {
        auto* out = std::fopen(file.c_str(), "w");
        PEM_write_X509(out, own.get());
        std::fclose(out);
    }
};

// Says 200 to every request of every connection, over TLS with this certificate.
class tls_upstream {
  public:
    tls_upstream(const authority& by, const std::string& name)
        : key_(make_key()),
          certificate_(make_certificate(key_.get(), by.own.get(), by.key.get(), name)) {
        context_ = SSL_CTX_new(TLS_server_method());
        SSL_CTX_use_certificate(context_, certificate_.get());
        SSL_CTX_use_PrivateKey(context_, key_.get());
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        ::bind(fd_, reinterpret_cast<sockaddr*>(&at), size);
        ::listen(fd_, 16);
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
        port = ntohs(at.sin_port);
        thread_ = std::thread([this] {
            for (int one = 0; (one = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
                serve(one);
        });
    }
    tls_upstream(const tls_upstream&) = delete;
    tls_upstream& operator=(const tls_upstream&) = delete;
    ~tls_upstream() {
        ::shutdown(fd_, SHUT_RDWR);
        // A connection that the pool keeps is still being read from.
        if (const int one = serving_; one >= 0) ::shutdown(one, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
        SSL_CTX_free(context_);
    }

    std::uint16_t port = 0;
    std::atomic<int> requests{0};

  private:
    void serve(int one) {
        serving_ = one;
        SSL* tls = SSL_new(context_);
        SSL_set_fd(tls, one);
        if (SSL_accept(tls) == 1) {
            std::string seen;
            char room[4096];
            for (int got = 0; (got = SSL_read(tls, room, sizeof room)) > 0;) {
                seen.append(room, static_cast<std::size_t>(got));
                if (seen.find("\r\n\r\n") == std::string::npos) continue;
                ++requests;
                seen.clear();
                constexpr std::string_view ok =
                    "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret";
                SSL_write(tls, ok.data(), static_cast<int>(ok.size()));
            }
        }
        SSL_free(tls);
        serving_ = -1;
        ::close(one);
    }

    key_ptr key_;
    certificate_ptr certificate_;
    SSL_CTX* context_;
    int fd_;
    std::atomic<int> serving_{-1};
    std::thread thread_;
};

task<std::string> fetch(client_call& call) {
    const auto head = request_head("GET", "/x", "localhost", {}, {});
    auto answer = co_await call.open({head, {}, true, {}});
    if (!answer) co_return answer.error().id;
    auto body = co_await call.read_all(1000);
    co_return body ? *body : body.error().id;
}

class client_tls_test : public testing::Test {
  protected:
    client_tls_test() {
        std::string name = "/tmp/servery-tls-XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~client_tls_test() override { std::filesystem::remove_all(folder); }

    std::string ask(std::uint16_t port, const std::string& ca_file) {
        auto call = pool.begin({true, "localhost", port, net::reach::allow_private, ca_file, 0});
        std::optional<std::string> out;
        start(fetch(call), [&](std::string got) { out = std::move(got); });
        EXPECT_TRUE(loop.run_until([&] { return out.has_value(); }));
        return out.value_or("never");
    }

    std::filesystem::path folder;
    net::blocking_pool threads{1};
    net::resolver names{threads};
    net::reactor loop;
    client_pool pool{loop, names};
};

} // namespace

TEST_F(client_tls_test, an_upstream_whose_authority_the_settings_name_is_asked_and_kept) {
    const authority ours(folder, "ours.pem");
    tls_upstream up(ours, "localhost");
    EXPECT_EQ(ask(up.port, ours.file), "secret");
    EXPECT_EQ(pool.idle(), 1u);
    EXPECT_EQ(ask(up.port, ours.file), "secret");
    EXPECT_EQ(up.requests, 2);
}

TEST_F(client_tls_test, nothing_is_said_to_an_upstream_that_nobody_we_trust_vouches_for) {
    const authority ours(folder, "ours.pem");
    const authority theirs(folder, "theirs.pem");
    tls_upstream up(theirs, "localhost");
    EXPECT_EQ(ask(up.port, ours.file), client_fault::tls);
    EXPECT_EQ(ask(up.port, ""), client_fault::tls) << "the system does not know it either";
    EXPECT_EQ(up.requests, 0);
}

TEST_F(client_tls_test, nothing_is_said_to_an_upstream_with_another_name_on_its_certificate) {
    const authority ours(folder, "ours.pem");
    tls_upstream up(ours, "other.example");
    EXPECT_EQ(ask(up.port, ours.file), client_fault::tls);
    EXPECT_EQ(up.requests, 0);
}

TEST_F(client_tls_test, an_upstream_that_does_not_speak_tls_is_a_tls_fault) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ::bind(fd, reinterpret_cast<sockaddr*>(&at), size);
    ::listen(fd, 1);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
    std::thread plain([fd] {
        const int one = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC);
        constexpr std::string_view text = "HTTP/1.1 400 Bad Request\r\n\r\n";
        (void)::send(one, text.data(), text.size(), MSG_NOSIGNAL);
        ::close(one);
    });
    const authority ours(folder, "ours.pem");
    EXPECT_EQ(ask(ntohs(at.sin_port), ours.file), client_fault::tls);
    plain.join();
    ::close(fd);
}

} // namespace servery::http
