#include "data_plane/provider/provider.h"

namespace servery::provider {

result<std::unique_ptr<upstream>> connectors::begin(net::reactor* home, const settings& to) const {
    const auto it = by_kind_.find(to.kind);
    if (it == by_kind_.end())
        return fail(error_code::unimplemented, "provider.kind.unknown",
                    "provider '" + to.id + "' is of a kind this process cannot call: " + to.kind,
                    "providers." + to.id + ".kind", "use openai, assistant or rehearsal");
    return it->second(home, to);
}

} // namespace servery::provider
