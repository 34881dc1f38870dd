// Providers that speak the OpenAI dialect over HTTP: POST <base_url>/<endpoint> with
// `authorization: Bearer`. The body leaves as it was given, in slices; the answer comes back as it
// was read. Thread: the reactor of the call.
#pragma once

#include "data_plane/provider/credentials.h"
#include "data_plane/provider/provider.h"

namespace servery::http {
class client_pool;
}

namespace servery::provider {

// pool: the client pool of a reactor.
[[nodiscard]] connector openai_connector(std::function<http::client_pool&(net::reactor&)> pool,
                                         credential_source credentials);

} // namespace servery::provider
