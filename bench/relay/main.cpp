// The bare relay alone, for measurements without the rest of the product.
#include "bench/options.h"
#include "foundation/http/relay.h"

int main(int argc, char** argv) {
    const bench::options given(argc, argv);
    servery::http::relay_options relay;
    relay.listen = given.text("listen", relay.listen);
    relay.to = given.text("to", "http://127.0.0.1:9100");
    relay.threads = static_cast<std::size_t>(given.number("threads", 1));
    relay.ca_file = given.text("ca-file", {});
    return servery::http::run_relay(relay);
}
