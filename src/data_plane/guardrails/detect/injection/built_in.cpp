// The trained weights, part of the binary. tools/train_injection makes them; the hash below has to
// be that of the file, so that new weights always come with a new source.
#include "data_plane/guardrails/detect/injection/model.h"

#include <span>

namespace servery::guardrails::injection {
namespace {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
constexpr unsigned char file[] = {
#embed "../models/injection.bin"
};
#pragma clang diagnostic pop

} // namespace

const model& built_in() {
    static const model m = [] {
        auto read = from_bytes({reinterpret_cast<const char*>(file), sizeof file});
        if (read) return std::move(*read);
        model none; // flags nothing; a test reads the file
        none.attack.weights.assign(slot_count, 0);
        none.instruct.weights.assign(slot_count, 0);
        return none;
    }();
    return m;
}

std::string_view built_in_hash() {
    return "1bb3e77e1a13";
}

} // namespace servery::guardrails::injection
