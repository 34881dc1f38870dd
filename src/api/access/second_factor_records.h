// The events of the second factor. Audit class: a code that was used is refused after a restart
// too. No seed and no recovery code ever stands in one in the clear.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::api::access {

struct totp_enrolled {
    static constexpr std::string_view kind = "totp.enrolled";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
    std::string sealed;           // hex of the sealed seed
    std::int64_t step = 0;        // of the code it was confirmed with
    std::vector<hash32> recovery; // hashes of the recovery codes
};
BOOST_DESCRIBE_STRUCT(totp_enrolled, (), (person, sealed, step, recovery))

// Also the record of a proof: who gave which step's code, for what.
struct totp_used {
    static constexpr std::string_view kind = "totp.used";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
    std::int64_t step = 0;
};
BOOST_DESCRIBE_STRUCT(totp_used, (), (person, step))

struct totp_removed {
    static constexpr std::string_view kind = "totp.removed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
};
BOOST_DESCRIBE_STRUCT(totp_removed, (), (person))

struct recovery_code_used {
    static constexpr std::string_view kind = "recovery_code.used";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
    hash32 hash{};
};
BOOST_DESCRIBE_STRUCT(recovery_code_used, (), (person, hash))

struct recovery_codes_made {
    static constexpr std::string_view kind = "recovery_codes.made";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string person;
    std::vector<hash32> hashes;
};
BOOST_DESCRIBE_STRUCT(recovery_codes_made, (), (person, hashes))

} // namespace servery::api::access
