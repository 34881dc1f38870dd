#include "data_plane/guardrails/detect/injection/model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace servery::guardrails::injection {
namespace {

constexpr std::string_view magic = "SVINJ1";

double logit(const head& h, std::span<const feature> found) {
    std::int64_t sum = 0;
    for (const auto& f : found) {
        const int w = h.weights[f.slot];
        sum += f.negative ? -w : w;
    }
    const auto n = found.empty() ? 1.0 : static_cast<double>(found.size());
    return h.bias + static_cast<double>(sum) * h.scale / std::sqrt(n);
}

double probability(const head& h, double most, std::size_t windows) {
    const auto z = (most - h.alpha * std::log(static_cast<double>(windows))) / h.temperature;
    return 1 / (1 + std::exp(-z));
}

void put(std::string& out, float x) {
    std::array<char, sizeof x> bytes{};
    std::memcpy(bytes.data(), &x, sizeof x);
    out.append(bytes.data(), bytes.size());
}

// The score of the window that scores highest.
double largest(const head& h, std::string_view form, window_shape shape) {
    thread_local std::vector<feature> found;
    const auto pieces = windows(form, shape);
    double most = -1e9;
    for (const auto piece : pieces) {
        features(piece, found);
        most = std::max(most, logit(h, found));
    }
    return probability(h, most, pieces.size());
}

class byte_reader {
  public:
    explicit byte_reader(std::string_view bytes) : bytes_(bytes) {}
    std::string_view take(std::size_t n) {
        if (bytes_.size() < n) {
            good_ = false;
            return {};
        }
        const auto out = bytes_.substr(0, n);
        bytes_.remove_prefix(n);
        return out;
    }
    float number() {
        float x = 0;
        const auto bytes = take(sizeof x);
        if (good_) std::memcpy(&x, bytes.data(), sizeof x);
        return x;
    }
    [[nodiscard]] bool done() const { return good_ && bytes_.empty(); }

  private:
    std::string_view bytes_;
    bool good_ = true;
};

head read_head(byte_reader& in) {
    head h;
    h.scale = in.number();
    h.bias = in.number();
    h.alpha = in.number();
    h.temperature = in.number();
    const auto bytes = in.take(slot_count);
    h.weights.assign(slot_count, 0);
    if (bytes.size() == slot_count) std::memcpy(h.weights.data(), bytes.data(), slot_count);
    return h;
}

void write_head(std::string& out, const head& h) {
    for (const auto x : {h.scale, h.bias, h.alpha, h.temperature})
        put(out, x);
    out.append(reinterpret_cast<const char*>(h.weights.data()), h.weights.size());
}

} // namespace

scores model::score(std::string_view text) const {
    const auto form = reading_form(text);
    const auto a = largest(attack, form, attack_shape);
    const auto i = largest(instruct, form, instruct_shape);
    return {.user = a, .document = std::max(a, i)};
}

double model::user_score(std::string_view text) const {
    return largest(attack, reading_form(text), attack_shape);
}

std::string to_bytes(const model& m) {
    std::string out(magic);
    out += static_cast<char>(slot_bits);
    write_head(out, m.attack);
    write_head(out, m.instruct);
    for (const auto x : {m.user.flag, m.user.block, m.document.flag, m.document.block})
        put(out, static_cast<float>(x));
    return out;
}

std::optional<model> from_bytes(std::string_view bytes) {
    if (!bytes.starts_with(magic)) return std::nullopt;
    byte_reader in(bytes.substr(magic.size()));
    const auto bits = in.take(1);
    if (bits.empty() || static_cast<unsigned char>(bits[0]) != slot_bits) return std::nullopt;
    model m;
    m.attack = read_head(in);
    m.instruct = read_head(in);
    m.user.flag = in.number();
    m.user.block = in.number();
    m.document.flag = in.number();
    m.document.block = in.number();
    if (!in.done()) return std::nullopt;
    return m;
}

} // namespace servery::guardrails::injection
