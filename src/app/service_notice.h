// Tells the service manager how far the start is (systemd's sd_notify datagram; see sd_notify(3)).
// Without NOTIFY_SOCKET nothing happens. Thread: any.
#pragma once

#include <string_view>

namespace servery::app {

// "READY=1", "STOPPING=1". False if there is a socket and it does not take the message.
bool notify_service(std::string_view state);

} // namespace servery::app
