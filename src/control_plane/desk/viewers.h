// Who has a conversation in front of them, so that two people do not answer it at once. Memory
// only. Thread: the control thread.
#pragma once

#include "control_plane/desk/desk_types.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace servery::desk {

inline constexpr millis viewing_time{30'000};
inline constexpr millis typing_time{6'000}; // how long a visitor is shown one sign of typing

class viewers {
  public:
    struct one {
        std::string person;
        bool typing = false;
    };
    void note(std::string_view conversation, std::string_view person, typing now_typing,
              instant now);
    // Who was noted within the last 30 s, by id.
    [[nodiscard]] std::vector<one> of(std::string_view conversation, instant now) const;

  private:
    struct sight {
        instant until;
        bool typing = false;
    };
    std::map<std::string, std::map<std::string, sight>, std::less<>> seen_;
};

} // namespace servery::desk
