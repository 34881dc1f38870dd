// The top-level domains that people write: those of countries by their two letters of ISO 3166-1
// (and the four that differ from it), and our own choice of generic ones. Other scripts are
// recognised by their `xn--`.
#include "data_plane/guardrails/detect/tlds.h"

#include <algorithm>
#include <array>

namespace servery::guardrails {
namespace {

// clang-format off
// Both lists are sorted.
constexpr std::array<std::string_view, 248> countries{
    "ac", "ad", "ae", "af", "ag", "ai", "al", "am", "ao", "aq", "ar", "as", "at", "au", "aw", "ax",
    "az", "ba", "bb", "bd", "be", "bf", "bg", "bh", "bi", "bj", "bm", "bn", "bo", "br", "bs", "bt",
    "bv", "bw", "by", "bz", "ca", "cc", "cd", "cf", "cg", "ch", "ci", "ck", "cl", "cm", "cn", "co",
    "cr", "cu", "cv", "cw", "cx", "cy", "cz", "de", "dj", "dk", "dm", "do", "dz", "ec", "ee", "eg",
    "er", "es", "et", "eu", "fi", "fj", "fk", "fm", "fo", "fr", "ga", "gb", "gd", "ge", "gf", "gg",
    "gh", "gi", "gl", "gm", "gn", "gp", "gq", "gr", "gs", "gt", "gu", "gw", "gy", "hk", "hm", "hn",
    "hr", "ht", "hu", "id", "ie", "il", "im", "in", "io", "iq", "ir", "is", "it", "je", "jm", "jo",
    "jp", "ke", "kg", "kh", "ki", "km", "kn", "kp", "kr", "kw", "ky", "kz", "la", "lb", "lc", "li",
    "lk", "lr", "ls", "lt", "lu", "lv", "ly", "ma", "mc", "md", "me", "mg", "mh", "mk", "ml", "mm",
    "mn", "mo", "mp", "mq", "mr", "ms", "mt", "mu", "mv", "mw", "mx", "my", "mz", "na", "nc", "ne",
    "nf", "ng", "ni", "nl", "no", "np", "nr", "nu", "nz", "om", "pa", "pe", "pf", "pg", "ph", "pk",
    "pl", "pm", "pn", "pr", "ps", "pt", "pw", "py", "qa", "re", "ro", "rs", "ru", "rw", "sa", "sb",
    "sc", "sd", "se", "sg", "sh", "si", "sj", "sk", "sl", "sm", "sn", "so", "sr", "ss", "st", "su",
    "sv", "sx", "sy", "sz", "tc", "td", "tf", "tg", "th", "tj", "tk", "tl", "tm", "tn", "to", "tr",
    "tt", "tv", "tw", "tz", "ua", "ug", "uk", "us", "uy", "uz", "va", "vc", "ve", "vg", "vi", "vn",
    "vu", "wf", "ws", "ye", "yt", "za", "zm", "zw",
};

constexpr std::array<std::string_view, 276> generic{
    "academy", "aero", "africa", "agency", "amazon", "amsterdam", "apartments", "app", "apple",
    "arpa", "art", "asia", "auto", "baby", "bank", "bar", "bayern", "beauty", "beer", "berlin",
    "best", "bet", "bid", "bike", "bio", "biz", "blog", "boats", "boutique", "brussels", "builders",
    "business", "buzz", "cafe", "cam", "capital", "car", "care", "careers", "cars", "cash",
    "casino", "cat", "center", "charity", "chat", "church", "cleaning", "click", "clinic",
    "clothing", "cloud", "club", "codes", "coffee", "college", "cologne", "com", "community",
    "company", "computer", "construction", "consulting", "cool", "coop", "courses", "credit",
    "cruises", "date", "deals", "delivery", "dental", "design", "dev", "digital", "direct",
    "discount", "doctor", "dog", "domains", "download", "eco", "edu", "education", "email",
    "energy", "engineering", "enterprises", "estate", "events", "expert", "express", "family",
    "farm", "fashion", "film", "finance", "fit", "fitness", "flights", "food", "football",
    "foundation", "frl", "fun", "fund", "furniture", "game", "games", "garden", "gifts", "gives",
    "global", "gmbh", "golf", "google", "gov", "green", "group", "guru", "hair", "hamburg",
    "health", "help", "holiday", "homes", "hospital", "host", "hosting", "hotels", "house", "icu",
    "inc", "info", "institute", "insurance", "int", "jewelry", "jobs", "kids", "kitchen", "koeln",
    "land", "law", "lawyer", "legal", "life", "link", "live", "llc", "loan", "london", "ltd",
    "management", "market", "marketing", "markets", "media", "men", "microsoft", "mil", "mobi",
    "money", "mov", "museum", "music", "name", "net", "network", "new", "news", "ngo", "ninja",
    "now", "nrw", "nyc", "one", "ong", "online", "org", "page", "paris", "parts", "party", "pet",
    "pharmacy", "photo", "pizza", "place", "plus", "poker", "post", "pro", "properties", "property",
    "pub", "realestate", "recipes", "rent", "rentals", "repair", "restaurant", "review", "reviews",
    "rocks", "ruhr", "run", "saarland", "sale", "school", "science", "scot", "services", "shoes",
    "shop", "show", "site", "ski", "social", "software", "solar", "solutions", "space", "sport",
    "store", "stream", "studio", "style", "supplies", "supply", "support", "swiss", "systems",
    "tax", "taxi", "team", "tech", "technology", "tel", "tennis", "theater", "tickets", "tirol",
    "today", "tokyo", "tools", "top", "tours", "toys", "trade", "training", "travel", "university",
    "vacations", "vegas", "ventures", "video", "vip", "vlaanderen", "wales", "webcam", "website",
    "wedding", "wien", "wiki", "win", "wine", "work", "works", "world", "xxx", "xyz", "yoga",
    "youtube", "zip", "zone",
};
// clang-format on

static_assert(std::ranges::is_sorted(countries) && std::ranges::is_sorted(generic));

} // namespace

bool is_top_level_domain(std::string_view lower) noexcept {
    return lower.size() == 2 ? std::ranges::binary_search(countries, lower)
                             : std::ranges::binary_search(generic, lower);
}

} // namespace servery::guardrails
